package io.runlake.sql;

import java.util.List;
import java.util.function.UnaryOperator;

/** The views in Spark's SQL. */
final class SparkViews {
  private final String experiments;
  private final String runs;
  private final String metrics;
  private final String registry;

  SparkViews(UnaryOperator<String> tables) {
    this.experiments = tables.apply("experiments");
    this.runs = tables.apply("runs");
    this.metrics = tables.apply("metrics");
    this.registry = tables.apply("registry");
  }

  List<StoreView> all() {
    return List.of(
        new StoreView("runlake_experiments", "experiments", PlainViews.experiments(experiments)),
        new StoreView("runlake_runs", "runs", runs()),
        new StoreView("runlake_metrics", "metrics", PlainViews.metrics(metrics, '`')),
        new StoreView("runlake_params", "runs", keys("params")),
        new StoreView("runlake_tags", "runs", keys("tags")),
        new StoreView("runlake_model_versions", "registry", modelVersions()),
        new StoreView("runlake_aliases", "registry", aliases()));
  }

  /**
   * The rows of what was settled and not changed since go through as they are. The months let Spark
   * leave out partitions in which no run was changed when it looks for settled rows to merge.
   */
  static String currentRuns(String table) {
    String columns = String.join(", ", RunMerge.COLUMNS);
    String changed =
        "(SELECT run_id AS changed_id, month AS changed_month FROM " + table + " WHERE level = 0)";
    return String.join(
        "\n",
        settledRuns(table, "LEFT ANTI JOIN " + changed + "\n  ON run_id = changed_id"),
        "UNION ALL",
        "SELECT",
        "  " + String.join(",\n  ", RunMerge.merged()),
        "FROM (",
        "  SELECT",
        "    run_id,",
        "    " + String.join(",\n    ", RunMerge.grouped()),
        "  FROM (",
        "    SELECT " + columns + " FROM " + table + " WHERE level = 0",
        "    UNION ALL",
        "    SELECT " + columns + " FROM " + table,
        "    LEFT SEMI JOIN " + changed,
        "      ON run_id = changed_id AND month = changed_month",
        "    WHERE level = 1)",
        "  GROUP BY run_id)");
  }

  /** The settled rows as they are. */
  static String settledRuns(String table, String join) {
    return String.join(
        "\n",
        "SELECT " + String.join(", ", RunMerge.COLUMNS) + " FROM " + table,
        join,
        "WHERE level = 1");
  }

  private String runs() {
    return String.join(
        "\n",
        "SELECT",
        "  run_id,",
        "  experiment_id,",
        "  name.value AS run_name,",
        "  `user` AS created_by,",
        "  start_time,",
        "  status.end_time AS end_time,",
        "  CASE WHEN lifecycle.value = 'deleted' THEN timestamp_millis(lifecycle.at) END"
            + " AS delete_time,",
        "  status.status AS status,",
        "  status.message AS status_message,",
        "  coalesce(lifecycle.value, 'active') AS lifecycle_stage,",
        "  source,",
        "  artifact_uri,",
        "  transform_values(coalesce(params, CAST(map() AS " + RunMerge.STAMPED + ")),",
        "    (k, v) -> v.value) AS params,",
        "  transform_values(",
        "    map_filter(coalesce(tags, CAST(map() AS " + RunMerge.STAMPED + ")),",
        "      (k, v) -> v.value IS NOT NULL),",
        "    (k, v) -> v.value) AS tags,",
        "  transform_values(coalesce(metrics, CAST(map() AS " + RunMerge.LATEST + ")),",
        "    (k, v) -> v.value) AS metrics,",
        "  coalesce(inputs, CAST(map() AS " + RunMerge.INPUTS + ")) AS inputs",
        "FROM (",
        currentRuns(runs).indent(2).stripTrailing() + ")");
  }

  private String keys(String column) {
    return String.join(
        "\n",
        "SELECT experiment_id, run_id, key, held.value AS value",
        "FROM (",
        currentRuns(runs).indent(2).stripTrailing() + ")",
        "LATERAL VIEW explode(" + column + ") AS key, held",
        "WHERE held.value IS NOT NULL");
  }

  private String modelVersions() {
    return String.join(
        "\n",
        "SELECT",
        "  version.name,",
        "  version.version,",
        "  coalesce(array_sort(map_keys(map_filter(model.aliases, (k, v) -> v = version.version))),"
            + " array())",
        "    AS aliases,",
        "  version.stage,",
        "  version.source,",
        "  version.run_id,",
        "  version.digest,",
        "  version.tags,",
        "  version.description,",
        "  version.creation_time,",
        "  version.changed_at,",
        "  version.who,",
        "  version.why",
        "FROM " + PlainViews.newest(registry, "kind, name, version") + " AS version",
        "JOIN " + PlainViews.newest(registry, "kind, name, version") + " AS model",
        "  ON model.name = version.name AND model.kind = 'model' AND NOT model.deleted",
        "WHERE version.kind = 'version' AND NOT version.deleted");
  }

  private String aliases() {
    return String.join(
        "\n",
        "SELECT name, alias, alias_version AS version",
        "FROM " + PlainViews.newest(registry, "kind, name, version"),
        "LATERAL VIEW explode(aliases) AS alias, alias_version",
        "WHERE kind = 'model' AND NOT deleted");
  }
}
