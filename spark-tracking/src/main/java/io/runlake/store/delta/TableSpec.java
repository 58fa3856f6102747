package io.runlake.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.runlake.store.Alert;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MetricPoint;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A table of the store: its folder, columns, partitions and properties ({@code docs/format.md}).
 *
 * @param name the folder below the root
 * @param partitions the partition columns in order; their values come from {@code partitionOf}
 * @param partitionOf the month of a row, the only partition value that differs between rows
 * @param properties set when the table is created
 * @param <R> the row
 */
record TableSpec<R>(
    String name,
    RowCodec<R> codec,
    List<StructField> partitions,
    Function<R, String> partitionOf,
    Map<String, String> properties) {

  /** The property that names the version of the format, and the version that this code knows. */
  static final String FORMAT = "runlake.format";

  static final String FORMAT_VERSION = "1";

  private static final StructField LEVEL = new StructField("level", IntegerType.INTEGER, true);
  private static final StructField MONTH = new StructField("month", StringType.STRING, true);

  /** {@code level} of a row that says what changed. */
  private static final int LEVEL_CHANGE = 0;

  static final TableSpec<RunRow> RUNS =
      new TableSpec<>(
          "runs",
          new RunRowCodec(),
          List.of(LEVEL, MONTH),
          row -> row.runId().month(),
          changeLog("run_id,experiment_id,start_time"));
  static final TableSpec<MetricPoint> METRICS =
      new TableSpec<>(
          "metrics",
          new MetricPointCodec(),
          List.of(MONTH),
          point -> point.runId().month(),
          changeLog("experiment_id,run_id,key,timestamp,step"));
  static final TableSpec<ExperimentRow> EXPERIMENTS =
      new TableSpec<>("experiments", new ExperimentRowCodec(), List.of(), row -> "", states());
  static final TableSpec<RegistryRow> REGISTRY =
      new TableSpec<>("registry", new RegistryRowCodec(), List.of(), row -> "", states());
  static final TableSpec<Alert> ALERTS =
      new TableSpec<>("alerts", new AlertCodec(), List.of(), row -> "", states());

  static final List<TableSpec<?>> ALL = List.of(EXPERIMENTS, RUNS, METRICS, REGISTRY, ALERTS);

  /** A table with a commit a second: its log is kept for a day only. */
  private static Map<String, String> changeLog(String statsColumns) {
    Map<String, String> properties = new TreeMap<>(states());
    properties.put("delta.logRetentionDuration", "interval 1 day");
    properties.put("delta.dataSkippingStatsColumns", statsColumns);
    return properties;
  }

  private static Map<String, String> states() {
    return Map.of(FORMAT, FORMAT_VERSION, "delta.checkpointInterval", "50");
  }

  /** The schema of the table: data columns, then partition columns. */
  StructType schema() {
    StructType schema = codec.schema();
    for (StructField partition : partitions) {
      schema = schema.add(partition);
    }
    return schema;
  }

  /** The partition values of rows in a month. */
  Map<String, Literal> partitionValues(String month) {
    Map<String, Literal> values = new LinkedHashMap<>();
    for (StructField partition : partitions) {
      values.put(
          partition.getName(),
          partition == LEVEL ? Literal.ofInt(LEVEL_CHANGE) : Literal.ofString(month));
    }
    return values;
  }

  /** Rows of one month as the columns of {@link #schema()}. */
  RowBatch columns(List<R> rows, String month) {
    List<ColumnVector> columns = new ArrayList<>(codec.columns(rows));
    for (StructField partition : partitions) {
      Object value = partition == LEVEL ? (Object) LEVEL_CHANGE : month;
      Object[] values = new Object[rows.size()];
      Arrays.fill(values, value);
      columns.add(new ValueVector(partition.getDataType(), values));
    }
    return new RowBatch(schema(), columns, rows.size());
  }
}
