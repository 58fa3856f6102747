package io.runlake.scoring.batch;

import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * What a Delta table's log says, and the Scala types that it takes to ask. {@code DeltaLog} and
 * {@code Snapshot} are Delta's own classes and no promised API; the calls here have the same
 * signatures in Delta 3.3.2, 4.0.0 and 4.4.0. The promised API ({@code DeltaTable}) has no way to
 * read an application's transaction version.
 */
final class DeltaLogs {
  private DeltaLogs() {}

  /**
   * A table at one version.
   *
   * @param id survives everything but dropping and creating the table anew
   */
  record State(String id, long version, StructType schema) {}

  /** The newest state; empty if there is no Delta table at the path. */
  static Optional<State> state(SparkSession spark, String path) {
    return snapshot(spark, path)
        .map(
            snapshot -> new State(snapshot.metadata().id(), snapshot.version(), snapshot.schema()));
  }

  /**
   * The version at which a transaction id stands; 0 if it was never written. Reads the whole state
   * of the table, which may take a Spark job.
   */
  static long transaction(SparkSession spark, String path, String applicationId) {
    Optional<Snapshot> snapshot = snapshot(spark, path);
    if (snapshot.isEmpty()) {
      return 0;
    }
    Option<Object> version = snapshot.get().transactions().get(applicationId);
    return version.isEmpty() ? 0 : ((Number) version.get()).longValue();
  }

  /** The row of an observation; empty if the query had none of that name. */
  static Optional<Row> observed(
      scala.collection.immutable.Map<String, Row> metrics, String observation) {
    Option<Row> row = metrics.get(observation);
    return row.isEmpty() ? Optional.empty() : Optional.of(row.get());
  }

  private static Optional<Snapshot> snapshot(SparkSession spark, String path) {
    DeltaLog log = DeltaLog.forTable(spark, path);
    Snapshot snapshot = log.update(false, Option.empty(), Option.empty());
    return snapshot.version() < 0 ? Optional.empty() : Optional.of(snapshot);
  }
}
