package io.runlake.maintenance;

import static org.apache.spark.sql.functions.expr;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The merge of the rows of {@code runs}, and of the points that their maps do not know. */
final class RunFold {
  private static final String STAMPED = "MAP<STRING, STRUCT<at: BIGINT, value: STRING>>";
  private static final String LATEST =
      "MAP<STRING, STRUCT<step: BIGINT, timestamp: TIMESTAMP, value: DOUBLE>>";
  private static final String INPUTS =
      "MAP<STRING, STRUCT<at: BIGINT, kind: STRING, name: STRING, version: STRING, context: STRING,"
          + " digest: STRING, schema: STRING>>";

  /** The column of {@link #mend} that holds the latest points. */
  private static final String FROM_POINTS = "from_points";

  /** Whether {@link #mend} changed the map of a row. */
  static final String MENDED = "mended";

  private RunFold() {}

  /** One row per run: the merge of its rows, in the columns of the table but for the partitions. */
  static Dataset<Row> folded(Dataset<Row> rows) {
    return rows.groupBy("run_id")
        .agg(
            expr("max(experiment_id) AS experiment_id"),
            expr("max(user) AS user"),
            expr("max(source) AS source"),
            expr("max(start_time) AS start_time"),
            expr("max(artifact_uri) AS artifact_uri"),
            expr("max(status) AS status"),
            expr("max(name) AS name"),
            expr("max(lifecycle) AS lifecycle"),
            expr("max(lease_until) AS lease_until"),
            expr("collect_list(params) AS params"),
            expr("collect_list(tags) AS tags"),
            expr("collect_list(metrics) AS metrics"),
            expr("collect_list(inputs) AS inputs"))
        .withColumn("params", merged("params", STAMPED, "least"))
        .withColumn("tags", merged("tags", STAMPED, "greatest"))
        .withColumn("metrics", merged("metrics", LATEST, "greatest"))
        .withColumn("inputs", merged("inputs", INPUTS, "least"));
  }

  /** Most runs have one map; merging it with an empty one would cost as much as all the rest. */
  private static Column merged(String column, String type, String merge) {
    return expr(
        ("CASE WHEN size(%1$s) = 1 THEN get(%1$s, 0) ELSE reduce(%1$s, CAST(map() AS %2$s),"
                + " (s, m) -> map_zip_with(s, m, (k, x, y) -> %3$s(x, y))) END")
            .formatted(column, type, merge));
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
                    .formatted(FROM_POINTS, MENDED, LATEST)))
        .drop(FROM_POINTS);
  }
}
