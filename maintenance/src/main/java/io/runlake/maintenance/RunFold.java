package io.runlake.maintenance;

import static org.apache.spark.sql.functions.expr;

import io.runlake.sql.RunMerge;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** The merge of the rows of {@code runs}, and of the points that their maps do not know. */
final class RunFold {
  /** The column of {@link #mend} that holds the latest points. */
  private static final String FROM_POINTS = "from_points";

  /** Whether {@link #mend} changed the map of a row. */
  static final String MENDED = "mended";

  private RunFold() {}

  /** One row per run: the merge of its rows, in the columns of the table but for the partitions. */
  static Dataset<Row> folded(Dataset<Row> rows) {
    Column[] grouped = RunMerge.grouped().stream().map(functions::expr).toArray(Column[]::new);
    return rows.groupBy("run_id")
        .agg(grouped[0], Arrays.copyOfRange(grouped, 1, grouped.length))
        .selectExpr(RunMerge.merged().toArray(String[]::new));
  }

  /** Per run the latest point of each metric, as the map of {@code runs} holds it. */
  static Dataset<Row> latest(Dataset<Row> points) {
    return points
        .groupBy("run_id", "key")
        .agg(
            expr(
                "max(struct(step, timestamp,"
                    + " CASE WHEN value = 0D THEN 0D ELSE value END AS value)) AS latest"))
        .groupBy("run_id")
        .agg(expr("map_from_entries(collect_list(struct(key, latest))) AS " + FROM_POINTS));
  }

  /**
   * The rows with their maps mended: a crash between the commit of points and that of the run's row
   * leaves points that the map does not know.
   *
   * @param rows one per run
   * @param latest as {@link #latest} gives them; points of other runs change nothing
   * @return the rows with the column {@link #MENDED}
   */
  static Dataset<Row> mend(Dataset<Row> rows, Dataset<Row> latest) {
    return rows.join(latest, rows.col("run_id").equalTo(latest.col("run_id")), "left_outer")
        .drop(latest.col("run_id"))
        .withColumn(
            MENDED,
            expr(
                "%1$s IS NOT NULL AND (metrics IS NULL OR size(map_filter(%1$s, (k, v) ->"
                        .formatted(FROM_POINTS)
                    + " metrics[k] IS NULL OR metrics[k] < v)) > 0)"))
        .withColumn(
            "metrics",
            expr(
                ("CASE WHEN %2$s THEN map_zip_with(coalesce(metrics, CAST(map() AS %3$s)), %1$s,"
                        + " (k, x, y) -> greatest(x, y)) ELSE metrics END")
                    .formatted(FROM_POINTS, MENDED, RunMerge.LATEST)))
        .drop(FROM_POINTS);
  }
}
