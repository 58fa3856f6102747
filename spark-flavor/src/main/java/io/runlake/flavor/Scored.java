package io.runlake.flavor;

import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The two parts of an input; together they have each of its rows once. Both are lazy, and the plan
 * of the second is not even made before it is asked for. Not thread-safe.
 */
public final class Scored {
  private final Dataset<Row> scored;
  private final Supplier<Dataset<Row>> plan;
  private Dataset<Row> quarantined;

  Scored(Dataset<Row> scored, Supplier<Dataset<Row>> plan) {
    this.scored = scored;
    this.plan = plan;
  }

  /**
   * The pass-through columns, then {@code prediction} and, if the model gives it, {@code
   * probability}; vectors are arrays of double.
   */
  public Dataset<Row> scored() {
    return scored;
  }

  /**
   * What cannot be scored: {@code stage}, {@code column}, {@code reason} and {@code row}, the input
   * row as JSON, all strings; then the columns that were to be kept beside it.
   */
  public Dataset<Row> quarantined() {
    if (quarantined == null) {
      quarantined = plan.get();
    }
    return quarantined;
  }
}
