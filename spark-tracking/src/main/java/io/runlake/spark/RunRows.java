package io.runlake.spark;

import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan.Part;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows of a frame in the shape of the table {@code runs} as values. Instants travel as numbers, so
 * that no setting of a session changes them.
 */
final class RunRows {
  private static final String[] COLUMNS = {
    "run_id",
    "experiment_id",
    "`user`",
    "source",
    "unix_micros(start_time) AS started",
    "artifact_uri",
    "status.epoch AS epoch",
    "status.rank AS rank",
    "status.at AS status_at",
    "status.status AS status_value",
    "unix_micros(status.end_time) AS ended",
    "status.message AS message",
    "name",
    "lifecycle",
    "unix_micros(lease_until) AS lease"
  };

  private RunRows() {}

  /** The columns that {@link #of} reads. */
  static Dataset<Row> columns(Dataset<Row> runs, Set<Part> parts) {
    String[] columns = Arrays.copyOf(COLUMNS, COLUMNS.length + 4);
    columns[COLUMNS.length] = part(parts, Part.PARAMS, "params");
    columns[COLUMNS.length + 1] = part(parts, Part.TAGS, "tags");
    columns[COLUMNS.length + 2] =
        part(
            parts,
            Part.METRICS,
            "transform_values(metrics, (k, v) -> named_struct('step', v.step, 'millis',"
                + " unix_millis(v.timestamp), 'value', v.value))");
    columns[COLUMNS.length + 3] = part(parts, Part.INPUTS, "inputs");
    return runs.selectExpr(columns);
  }

  private static String part(Set<Part> parts, Part part, String expression) {
    return parts.contains(part) ? expression : "null";
  }

  /** The value of a row of {@link #columns}. */
  static RunRow of(Row row) {
    return new RunRow(
        new RunId(row.getString(0)),
        new ExperimentId(row.getString(1)),
        instant(row, 4)
            .map(start -> new RunOrigin(text(row, 2), text(row, 3), start, text(row, 5))),
        row.isNullAt(9) ? Optional.empty() : Optional.of(status(row)),
        stamp(row, 12),
        stamp(row, 13),
        instant(row, 14),
        map(row, 15, RunRows::stamp),
        map(row, 16, RunRows::stamp),
        map(row, 17, held -> new MetricValue(held.getLong(0), held.getLong(1), held.getDouble(2))),
        map(row, 18, RunRows::input));
  }

  private static StatusChange status(Row row) {
    return new StatusChange(
        row.getLong(6),
        row.getInt(7),
        row.getLong(8),
        RunStatus.valueOf(row.getString(9)),
        instant(row, 10),
        Optional.ofNullable(row.getString(11)));
  }

  private static Optional<Stamp> stamp(Row row, int column) {
    return row.isNullAt(column) ? Optional.empty() : Optional.of(stamp(row.getStruct(column)));
  }

  private static Stamp stamp(Row struct) {
    return new Stamp(struct.getLong(0), Optional.ofNullable(struct.getString(1)));
  }

  private static RunInput input(Row struct) {
    return new RunInput(
        struct.getLong(0),
        new DatasetRef(
            struct.getString(1),
            struct.getString(2),
            Optional.ofNullable(struct.getString(3)),
            Optional.ofNullable(struct.getString(4)),
            Optional.ofNullable(struct.getString(5)),
            Optional.ofNullable(struct.getString(6))));
  }

  private static String text(Row row, int column) {
    return row.isNullAt(column) ? "" : row.getString(column);
  }

  private static Optional<Instant> instant(Row row, int column) {
    return row.isNullAt(column)
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(row.getLong(column), ChronoUnit.MICROS));
  }

  private static <V> Map<String, V> map(Row row, int column, Function<Row, V> read) {
    if (row.isNullAt(column)) {
      return Map.of();
    }
    Map<String, V> values = new HashMap<>();
    row.<String, Row>getJavaMap(column)
        .forEach(
            (key, value) -> {
              if (value != null) {
                values.put(key, read.apply(value));
              }
            });
    return values;
  }
}
