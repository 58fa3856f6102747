package io.runlake.spark;

import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The tables of a store as SQL views of a Spark session. They show the current state by the folds
 * of {@code docs/format.md}, at each query that of the tables' newest versions.
 *
 * <p>{@code runlake_experiments}, {@code runlake_runs} and {@code runlake_metrics} have the columns
 * of Databricks' {@code system.mlflow} tables where we hold them, under the same names, and ours
 * beside them. Deleted experiments and runs are among the rows and have a {@code delete_time};
 * deleted tags, model versions and aliases are not.
 */
public final class RunlakeViews {
  private static final String STAMPED = "MAP<STRING, STRUCT<at: BIGINT, value: STRING>>";
  private static final String LATEST =
      "MAP<STRING, STRUCT<step: BIGINT, timestamp: TIMESTAMP, value: DOUBLE>>";
  private static final String INPUTS =
      "MAP<STRING, STRUCT<at: BIGINT, kind: STRING, name: STRING, version: STRING, context: STRING,"
          + " digest: STRING, schema: STRING>>";

  private RunlakeViews() {}

  /**
   * Registers the views for the store that {@code spark.runlake.tracking.uri} names, else the
   * environment's {@code RUNLAKE_TRACKING_URI}, else, on a local master, {@code delta:./runlake}.
   *
   * @throws IllegalStateException if no store is named
   */
  public static void register(SparkSession spark) {
    register(spark, TrackingTarget.of(spark));
  }

  /**
   * Registers the temporary views {@code runlake_experiments}, {@code runlake_runs}, {@code
   * runlake_metrics}, {@code runlake_params}, {@code runlake_tags}, {@code runlake_model_versions}
   * and {@code runlake_aliases}, in place of any that the session has under these names. Nothing is
   * written; where no table stands yet, the views are empty. Waits a few seconds at most until what
   * autologging knows of fits that are over is in the store, so that they are among the rows.
   *
   * @param trackingUri {@code delta:<root>}
   * @throws io.runlake.store.StoreException if the URI is none of a store
   */
  public static void register(SparkSession spark, String trackingUri) {
    OwnFitRun.awaitSettled(OwnFitRun.PATIENCE);
    String root;
    try (Store store = Stores.open(trackingUri, StoreOptions.defaults())) {
      root = store.root();
    }
    StoreTables tables = new StoreTables(spark, root);
    Dataset<Row> runs = tables.table("runs", StoreTables.RUNS);
    Dataset<Row> registry = tables.table("registry", StoreTables.REGISTRY);
    experiments(tables.table("experiments", StoreTables.EXPERIMENTS))
        .createOrReplaceTempView("runlake_experiments");
    runs(runs).createOrReplaceTempView("runlake_runs");
    metrics(tables.table("metrics", StoreTables.METRICS))
        .createOrReplaceTempView("runlake_metrics");
    keys(runs, "params", "min").createOrReplaceTempView("runlake_params");
    keys(runs, "tags", "max").createOrReplaceTempView("runlake_tags");
    modelVersions(registry).createOrReplaceTempView("runlake_model_versions");
    aliases(registry).createOrReplaceTempView("runlake_aliases");
  }

  private static Dataset<Row> experiments(Dataset<Row> table) {
    return newest(table, "experiment_id")
        .selectExpr(
            "experiment_id",
            "name",
            "creation_time AS create_time",
            "last_update_time AS update_time",
            "CASE WHEN lifecycle = 'deleted' THEN last_update_time END AS delete_time",
            "lifecycle AS lifecycle_stage",
            "artifact_location",
            "tags");
  }

  private static Dataset<Row> runs(Dataset<Row> table) {
    return table
        .groupBy("run_id")
        .agg(
            functions.expr("max(experiment_id) AS experiment_id"),
            functions.expr("max(user) AS user"),
            functions.expr("max(source) AS source"),
            functions.expr("max(start_time) AS start_time"),
            functions.expr("max(artifact_uri) AS artifact_uri"),
            functions.expr("max(status) AS status"),
            functions.expr("max(name) AS name"),
            functions.expr("max(lifecycle) AS lifecycle"),
            merged("params", STAMPED, "least"),
            merged("tags", STAMPED, "greatest"),
            merged("metrics", LATEST, "greatest"),
            merged("inputs", INPUTS, "least"))
        .selectExpr(
            "run_id",
            "experiment_id",
            "name.value AS run_name",
            "user AS created_by",
            "start_time",
            "status.end_time AS end_time",
            "CASE WHEN lifecycle.value = 'deleted' THEN timestamp_millis(lifecycle.at) END"
                + " AS delete_time",
            "status.status AS status",
            "status.message AS status_message",
            "coalesce(lifecycle.value, 'active') AS lifecycle_stage",
            "source",
            "artifact_uri",
            "transform_values(params, (k, v) -> v.value) AS params",
            "transform_values(map_filter(tags, (k, v) -> v.value IS NOT NULL),"
                + " (k, v) -> v.value) AS tags",
            "transform_values(metrics, (k, v) -> v.value) AS metrics",
            "inputs");
  }

  /** The merge of a column of maps, key by key. */
  private static Column merged(String column, String type, String merge) {
    return functions.expr(
        "reduce(collect_list("
            + column
            + "), CAST(map() AS "
            + type
            + "), (s, m) -> map_zip_with(s, m, (k, x, y) -> "
            + merge
            + "(x, y))) AS "
            + column);
  }

  private static Dataset<Row> metrics(Dataset<Row> table) {
    return table
        .selectExpr(
            "experiment_id",
            "run_id",
            "key AS metric_name",
            "timestamp AS metric_time",
            "step AS metric_step",
            "value AS metric_value")
        .distinct();
  }

  /** A row per run and key; exploding beats merging maps where only keys are wanted. */
  private static Dataset<Row> keys(Dataset<Row> table, String column, String merge) {
    return table
        .selectExpr("experiment_id", "run_id", "explode(" + column + ") AS (key, value)")
        .groupBy("run_id", "key")
        .agg(
            functions.expr("max(experiment_id) AS experiment_id"),
            functions.expr(merge + "(value) AS value"))
        .selectExpr("experiment_id", "run_id", "key", "value.value AS value")
        .filter("value IS NOT NULL");
  }

  private static Dataset<Row> modelVersions(Dataset<Row> registry) {
    Dataset<Row> current = newest(registry, "kind, name, version").filter("NOT deleted");
    Dataset<Row> models =
        current.filter("kind = 'model'").selectExpr("name AS model", "aliases AS pointers");
    return current
        .filter("kind = 'version'")
        .join(models, functions.expr("name = model"))
        .selectExpr(
            "name",
            "version",
            "coalesce(array_sort(map_keys(map_filter(pointers, (alias, v) -> v = version))),"
                + " array()) AS aliases",
            "stage",
            "source",
            "run_id",
            "digest",
            "tags",
            "description",
            "creation_time",
            "changed_at",
            "who",
            "why");
  }

  private static Dataset<Row> aliases(Dataset<Row> registry) {
    return newest(registry.filter("kind = 'model'"), "name")
        .filter("NOT deleted")
        .selectExpr("name", "explode(aliases) AS (alias, version)");
  }

  /** Of the rows that share a key, the one of the greatest revision. */
  private static Dataset<Row> newest(Dataset<Row> table, String key) {
    return table
        .selectExpr(
            "*",
            "row_number() OVER (PARTITION BY " + key + " ORDER BY revision DESC) AS newest_first")
        .filter("newest_first = 1")
        .drop("newest_first");
  }
}
