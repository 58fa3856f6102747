package io.runlake.sql;

import java.util.List;
import java.util.function.UnaryOperator;

/** The views in Spark's SQL. */
final class SparkViews {
  private static final String STAMPED = "MAP<STRING, STRUCT<at: BIGINT, value: STRING>>";
  private static final String LATEST =
      "MAP<STRING, STRUCT<step: BIGINT, timestamp: TIMESTAMP, value: DOUBLE>>";
  private static final String INPUTS =
      "MAP<STRING, STRUCT<at: BIGINT, kind: STRING, name: STRING, version: STRING, context: STRING,"
          + " digest: STRING, schema: STRING>>";

  /** What a run's current state has of the table's columns. */
  private static final String COLUMNS =
      "run_id, experiment_id, `user`, source, start_time, artifact_uri, status, name, lifecycle,"
          + " lease_until, params, tags, metrics, inputs";

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
        new StoreView("runlake_experiments", "experiments", experiments()),
        new StoreView("runlake_runs", "runs", runs()),
        new StoreView("runlake_metrics", "metrics", metrics()),
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
    String changed =
        "(SELECT run_id AS changed_id, month AS changed_month FROM " + table + " WHERE level = 0)";
    return String.join(
        "\n",
        "SELECT " + COLUMNS + " FROM " + table,
        "LEFT ANTI JOIN " + changed,
        "  ON run_id = changed_id",
        "WHERE level = 1",
        "UNION ALL",
        "SELECT",
        "  run_id,",
        "  max(experiment_id) AS experiment_id,",
        "  max(`user`) AS `user`,",
        "  max(source) AS source,",
        "  max(start_time) AS start_time,",
        "  max(artifact_uri) AS artifact_uri,",
        "  max(status) AS status,",
        "  max(name) AS name,",
        "  max(lifecycle) AS lifecycle,",
        "  max(lease_until) AS lease_until,",
        merged("params", STAMPED, "least") + ",",
        merged("tags", STAMPED, "greatest") + ",",
        merged("metrics", LATEST, "greatest") + ",",
        merged("inputs", INPUTS, "least"),
        "FROM (",
        "  SELECT " + COLUMNS + " FROM " + table + " WHERE level = 0",
        "  UNION ALL",
        "  SELECT " + COLUMNS + " FROM " + table,
        "  LEFT SEMI JOIN " + changed,
        "    ON run_id = changed_id AND month = changed_month",
        "  WHERE level = 1)",
        "GROUP BY run_id");
  }

  /** The merge of a column of maps, key by key. */
  private static String merged(String column, String type, String merge) {
    return "  reduce(collect_list("
        + column
        + "), CAST(map() AS "
        + type
        + "),\n    (s, m) -> map_zip_with(s, m, (k, x, y) -> "
        + merge
        + "(x, y))) AS "
        + column;
  }

  private String experiments() {
    return String.join(
        "\n",
        "SELECT",
        "  experiment_id,",
        "  name,",
        "  creation_time AS create_time,",
        "  last_update_time AS update_time,",
        "  CASE WHEN lifecycle = 'deleted' THEN last_update_time END AS delete_time,",
        "  lifecycle AS lifecycle_stage,",
        "  artifact_location,",
        "  tags",
        "FROM " + newest(experiments, "experiment_id"));
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
        "  transform_values(coalesce(params, CAST(map() AS " + STAMPED + ")),",
        "    (k, v) -> v.value) AS params,",
        "  transform_values(",
        "    map_filter(coalesce(tags, CAST(map() AS " + STAMPED + ")),",
        "      (k, v) -> v.value IS NOT NULL),",
        "    (k, v) -> v.value) AS tags,",
        "  transform_values(coalesce(metrics, CAST(map() AS " + LATEST + ")),",
        "    (k, v) -> v.value) AS metrics,",
        "  coalesce(inputs, CAST(map() AS " + INPUTS + ")) AS inputs",
        "FROM (",
        currentRuns(runs).indent(2).stripTrailing() + ")");
  }

  private String metrics() {
    return String.join(
        "\n",
        "SELECT DISTINCT",
        "  experiment_id,",
        "  run_id,",
        "  key AS metric_name,",
        "  `timestamp` AS metric_time,",
        "  step AS metric_step,",
        "  value AS metric_value",
        "FROM " + metrics);
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
        "FROM " + newest(registry, "kind, name, version") + " AS version",
        "JOIN " + newest(registry, "kind, name, version") + " AS model",
        "  ON model.name = version.name AND model.kind = 'model' AND NOT model.deleted",
        "WHERE version.kind = 'version' AND NOT version.deleted");
  }

  private String aliases() {
    return String.join(
        "\n",
        "SELECT name, alias, alias_version AS version",
        "FROM " + newest(registry, "kind, name, version"),
        "LATERAL VIEW explode(aliases) AS alias, alias_version",
        "WHERE kind = 'model' AND NOT deleted");
  }

  /** Of the rows that share a key, the one of the greatest revision. */
  private static String newest(String table, String key) {
    return "(SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY "
        + key
        + " ORDER BY revision DESC) AS newest FROM "
        + table
        + ") WHERE newest = 1)";
  }
}
