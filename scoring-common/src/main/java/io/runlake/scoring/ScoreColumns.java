package io.runlake.scoring;

import static org.apache.spark.sql.functions.lit;

import io.runlake.registry.ResolvedModel;
import io.runlake.text.NearestMatch;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** The columns that every job adds to a model's answer, and those that it carries over. */
public final class ScoreColumns {
  /** Which model made a row. */
  public static final List<String> OF_MODEL =
      List.of("model_name", "model_version", "model_run_id");

  private ScoreColumns() {}

  /**
   * The input columns that the scores carry.
   *
   * @param wanted by the settings; all if they say nothing
   * @param known the input's
   * @param added by the job, lower-case; an input column of that name cannot be carried
   * @throws JobException BAD_INPUT, naming the column
   */
  public static List<String> carried(
      Optional<List<String>> wanted, List<String> known, List<String> added) {
    List<String> carried = wanted.orElse(known);
    for (String name : carried) {
      if (!known.contains(name)) {
        throw JobException.badInput(
            "The input has no column '"
                + name
                + "' to carry into the scores"
                + NearestMatch.of(name, known)
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse(".")
                + " It has "
                + known
                + ".");
      }
      if (added.contains(name.toLowerCase(Locale.ROOT))) {
        throw JobException.badInput(
            "The input column '"
                + name
                + "' has the name of a column that the job adds. Leave it out with the key"
                + " columns.");
      }
    }
    return carried;
  }

  /** The columns of {@link #OF_MODEL}; null where the model is not registered. */
  public static List<Column> ofModel(ResolvedModel model) {
    return List.of(
        lit(model.name().orElse(null)).cast(DataTypes.StringType).as("model_name"),
        lit(model.version().orElse(null)).cast(DataTypes.IntegerType).as("model_version"),
        lit(model.runId().map(Object::toString).orElse(null))
            .cast(DataTypes.StringType)
            .as("model_run_id"));
  }

  /** The same instant in each row. */
  public static Column timestamp(Instant instant) {
    return lit(java.sql.Timestamp.from(instant));
  }

  /** A column by its exact name, whatever characters that has. */
  public static Column named(Dataset<Row> rows, String name) {
    return rows.col("`" + name.replace("`", "``") + "`");
  }
}
