package io.runlake.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The views for engines that order rows of several fields otherwise than Spark, or not at all, and
 * merge no maps: maps are taken apart, the first entry of each key by its fields is taken, and maps
 * are put together again. Null comes before any value.
 */
final class ExplodingViews {
  private static final List<String> STAMP = List.of("at", "value");
  private static final List<String> STATUS =
      List.of("epoch", "rank", "at", "status", "end_time", "message");
  private static final List<String> METRIC = List.of("step", "timestamp", "value");
  private static final List<String> INPUT =
      List.of("at", "kind", "name", "version", "context", "digest", "schema");

  private final boolean trino;
  private final String experiments;
  private final String runs;
  private final String metrics;
  private final String registry;

  ExplodingViews(Engine engine, UnaryOperator<String> tables) {
    this.trino = engine == Engine.TRINO;
    this.experiments = tables.apply("experiments");
    this.runs = tables.apply("runs");
    this.metrics = tables.apply("metrics");
    this.registry = tables.apply("registry");
  }

  List<StoreView> all() {
    return List.of(
        new StoreView("runlake_experiments", "experiments", PlainViews.experiments(experiments)),
        new StoreView("runlake_runs", "runs", runs()),
        new StoreView("runlake_metrics", "metrics", PlainViews.metrics(metrics, '"')),
        new StoreView("runlake_params", "runs", keys("params", false)),
        new StoreView("runlake_tags", "runs", keys("tags", true)),
        new StoreView("runlake_model_versions", "registry", modelVersions()),
        new StoreView("runlake_aliases", "registry", aliases()));
  }

  /** The greatest, or the least, of a group by the fields of a struct. */
  private String pick(String struct, List<String> fields, boolean greatest) {
    String order =
        fields.stream()
            .map(
                field ->
                    struct
                        + ".\""
                        + field
                        + "\""
                        + (greatest ? " DESC NULLS LAST" : " ASC NULLS FIRST"))
            .collect(Collectors.joining(", "));
    String there = " FILTER (WHERE " + struct + " IS NOT NULL)";
    return trino
        ? "element_at(array_agg(" + struct + " ORDER BY " + order + ")" + there + ", 1)"
        : "first(" + struct + " ORDER BY " + order + ")" + there;
  }

  /** A row per run and key, with the entry that wins. */
  private String winners(String map, List<String> fields, boolean greatest) {
    String entries =
        trino
            ? "(SELECT run_id, entry.key, entry.held FROM "
                + runs
                + " CROSS JOIN UNNEST("
                + map
                + ") AS entry(key, held))"
            : "(SELECT run_id, entry.key AS key, entry.value AS held FROM (SELECT run_id,"
                + " unnest(map_entries("
                + map
                + ")) AS entry FROM "
                + runs
                + "))";
    return String.join(
        "\n",
        "  SELECT run_id, key, " + pick("held", fields, greatest) + " AS held",
        "  FROM " + entries + " AS entries",
        "  GROUP BY run_id, key");
  }

  /** A row per run with the map of those entries. */
  private String gathered(
      String map, List<String> fields, boolean greatest, String value, String where) {
    String aggregate =
        trino
            ? "map_agg(key, " + value + ")"
            : "map_from_entries(list({'k': key, 'v': " + value + "}))";
    return String.join(
        "\n",
        map + "_of_runs AS (",
        "  SELECT run_id, " + aggregate + " AS " + map + " FROM (",
        winners(map, fields, greatest).indent(2).stripTrailing() + ") AS winners",
        "  " + where,
        "  GROUP BY run_id)");
  }

  private String empty(String map, String value) {
    return trino
        ? "coalesce(" + map + ", CAST(map() AS map(varchar, " + value + "))) AS " + map
        : "coalesce(" + map + ", CAST(MAP {} AS MAP(VARCHAR, " + value + "))) AS " + map;
  }

  private String inputType() {
    String text = trino ? "varchar" : "VARCHAR";
    return INPUT.stream()
        .map(field -> "\"" + field + "\" " + (field.equals("at") ? "bigint" : text))
        .collect(Collectors.joining(", ", trino ? "row(" : "STRUCT(", ")"));
  }

  private String runs() {
    String value = "held.\"value\"";
    String deletedAt =
        trino
            ? "from_unixtime_nanos(lifecycle.\"at\" * 1000000)"
            : "to_timestamp(lifecycle.\"at\" / 1000.0)";
    return String.join(
        "\n",
        "WITH scalars AS (",
        "  SELECT",
        "    run_id,",
        "    max(experiment_id) AS experiment_id,",
        "    max(\"user\") AS created_by,",
        "    max(source) AS source,",
        "    max(start_time) AS start_time,",
        "    max(artifact_uri) AS artifact_uri,",
        "    " + pick("status", STATUS, true) + " AS status,",
        "    " + pick("name", STAMP, true) + " AS name,",
        "    " + pick("lifecycle", STAMP, true) + " AS lifecycle",
        "  FROM " + runs,
        "  GROUP BY run_id),",
        gathered("params", STAMP, false, value, "") + ",",
        gathered("tags", STAMP, true, value, "WHERE " + value + " IS NOT NULL") + ",",
        gathered("metrics", METRIC, true, value, "") + ",",
        gathered("inputs", INPUT, false, "held", ""),
        "SELECT",
        "  scalars.run_id AS run_id,",
        "  experiment_id,",
        "  name.\"value\" AS run_name,",
        "  created_by,",
        "  start_time,",
        "  status.end_time AS end_time,",
        "  CASE WHEN lifecycle.\"value\" = 'deleted' THEN " + deletedAt + " END AS delete_time,",
        "  status.status AS status,",
        "  status.message AS status_message,",
        "  coalesce(lifecycle.\"value\", 'active') AS lifecycle_stage,",
        "  source,",
        "  artifact_uri,",
        "  " + empty("params", trino ? "varchar" : "VARCHAR") + ",",
        "  " + empty("tags", trino ? "varchar" : "VARCHAR") + ",",
        "  " + empty("metrics", trino ? "double" : "DOUBLE") + ",",
        "  " + empty("inputs", inputType()),
        "FROM scalars",
        Stream.of("params", "tags", "metrics", "inputs")
            .map(
                map ->
                    "LEFT JOIN " + map + "_of_runs ON " + map + "_of_runs.run_id = scalars.run_id")
            .collect(Collectors.joining("\n")));
  }

  private String keys(String map, boolean greatest) {
    return String.join(
        "\n",
        "WITH winners AS (",
        winners(map, STAMP, greatest) + "),",
        "experiments AS (SELECT run_id, max(experiment_id) AS experiment_id FROM "
            + runs
            + " GROUP BY run_id)",
        "SELECT experiments.experiment_id AS experiment_id, winners.run_id AS run_id,",
        "  winners.key AS key, winners.held.\"value\" AS \"value\"",
        "FROM winners JOIN experiments ON experiments.run_id = winners.run_id",
        "WHERE winners.held.\"value\" IS NOT NULL");
  }

  private String aliases() {
    String models = PlainViews.newest(registry, "kind, name, version");
    return trino
        ? String.join(
            "\n",
            "SELECT models.name AS name, pointer.alias AS alias, pointer.version AS version",
            "FROM " + models + " AS models",
            "CROSS JOIN UNNEST(models.aliases) AS pointer(alias, version)",
            "WHERE models.kind = 'model' AND NOT models.deleted")
        : String.join(
            "\n",
            "SELECT name, pointer.key AS alias, pointer.value AS version",
            "FROM (",
            "  SELECT name, unnest(map_entries(aliases)) AS pointer",
            "  FROM " + models + " AS models",
            "  WHERE kind = 'model' AND NOT deleted) AS pointers");
  }

  private String modelVersions() {
    List<String> columns = new ArrayList<>();
    for (String column :
        List.of(
            "stage",
            "source",
            "run_id",
            "digest",
            "tags",
            "description",
            "creation_time",
            "changed_at",
            "who",
            "why")) {
      columns.add("  versions." + column + " AS " + column);
    }
    return String.join(
        "\n",
        "WITH current AS (SELECT * FROM "
            + PlainViews.newest(registry, "kind, name, version")
            + " AS newest_rows),",
        "models AS (SELECT name FROM current WHERE kind = 'model' AND NOT deleted),",
        "pointers AS (",
        aliases().indent(2).stripTrailing() + "),",
        "aliases_of_versions AS (",
        "  SELECT name, version, array_agg(alias ORDER BY alias) AS aliases",
        "  FROM pointers GROUP BY name, version)",
        "SELECT",
        "  versions.name AS name,",
        "  versions.version AS version,",
        "  coalesce(aliases_of_versions.aliases, "
            + (trino ? "CAST(ARRAY[] AS array(varchar))" : "CAST([] AS VARCHAR[])")
            + ") AS aliases,",
        String.join(",\n", columns),
        "FROM current AS versions",
        "JOIN models ON models.name = versions.name",
        "LEFT JOIN aliases_of_versions",
        "  ON aliases_of_versions.name = versions.name",
        "  AND aliases_of_versions.version = versions.version",
        "WHERE versions.kind = 'version' AND NOT versions.deleted");
  }
}
