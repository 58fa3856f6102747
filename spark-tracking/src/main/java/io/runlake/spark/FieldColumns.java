package io.runlake.spark;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map_values;
import static org.apache.spark.sql.functions.unix_millis;
import static org.apache.spark.sql.functions.when;

import io.runlake.search.Field;
import io.runlake.search.Field.Entity;
import io.runlake.store.RunStatus;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;

/**
 * Where the fields of a search stand in a frame of runs in the shape of the table {@code runs}. A
 * field that a run does not have is null.
 */
final class FieldColumns {
  private FieldColumns() {}

  /** Whether a field is an instant, and not a double. */
  static boolean isTime(Field field) {
    return field.entity() == Entity.ATTRIBUTE && field.key().endsWith("_time");
  }

  /** The instant of a field for which {@link #isTime} holds. */
  static Column time(Field field) {
    return switch (field.key()) {
      case "start_time" -> col("start_time");
      case "end_time" -> col("status.end_time");
      default -> throw unknown(field);
    };
  }

  /** A number as it is ordered: a double, or the milliseconds of an instant. */
  static Column number(Field field) {
    if (field.entity() == Entity.METRIC) {
      return value("metrics", field.key(), "double");
    }
    return unix_millis(time(field));
  }

  /** The text of a field of which a run has one at most. */
  static Column text(Field field) {
    return switch (field.entity()) {
      case PARAM -> value("params", field.key(), "string");
      case TAG -> value("tags", field.key(), "string");
      case ATTRIBUTE -> attribute(field);
      case METRIC, DATASET -> throw unknown(field);
    };
  }

  /** Whether one of the texts of a field is as wanted; null where none is there to be asked. */
  static Column anyText(Field field, UnaryOperator<Column> wanted) {
    return field.entity() == Entity.DATASET
        ? ScalaInterop.exists(
            map_values(col("inputs")), input -> wanted.apply(input.getField(field.key())))
        : wanted.apply(text(field));
  }

  /** What only the row that creates a run says is not there without it. */
  private static Column attribute(Field field) {
    return switch (field.key()) {
      case "run_id" -> col("run_id");
      case "run_name" -> col("name.value");
      case "status" -> coalesce(col("status.status"), lit(RunStatus.RUNNING.name()));
      case "user_id" -> ofOrigin("user");
      case "artifact_uri" -> ofOrigin("artifact_uri");
      default -> throw unknown(field);
    };
  }

  private static Column ofOrigin(String column) {
    return when(col("start_time").isNotNull(), coalesce(col("`" + column + "`"), lit("")));
  }

  private static Column value(String map, String key, String type) {
    return storable(key) ? col(map).getItem(key).getField("value") : lit(null).cast(type);
  }

  /** Whether a table can hold a text: half a surrogate pair has no UTF-8 form. */
  static boolean storable(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static IllegalArgumentException unknown(Field field) {
    return new IllegalArgumentException("Runs have no such column: " + field);
  }
}
