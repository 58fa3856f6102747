package io.runlake.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The merge of the rows of a run as expressions of Spark SQL: the merge of {@code docs/format.md},
 * column by column. In two steps, for Spark would gather the maps of a run anew for each mention.
 */
public final class RunMerge {
  /** The type of params and tags. */
  static final String STAMPED = "MAP<STRING, STRUCT<at: BIGINT, value: STRING>>";

  /** The type of metrics. */
  public static final String LATEST =
      "MAP<STRING, STRUCT<step: BIGINT, timestamp: TIMESTAMP, value: DOUBLE>>";

  /** The type of inputs. */
  static final String INPUTS =
      "MAP<STRING, STRUCT<at: BIGINT, kind: STRING, name: STRING, version: STRING, context: STRING,"
          + " digest: STRING, schema: STRING>>";

  private static final Set<String> MAPS = Set.of("params", "tags", "metrics", "inputs");

  /** What a run's current state has of the table's columns. */
  static final List<String> COLUMNS =
      List.of(
          "run_id",
          "experiment_id",
          "`user`",
          "source",
          "start_time",
          "artifact_uri",
          "status",
          "name",
          "lifecycle",
          "lease_until",
          "params",
          "tags",
          "metrics",
          "inputs");

  private RunMerge() {}

  /** The columns of the first step, of rows grouped by {@code run_id}, but for that. */
  public static List<String> grouped() {
    List<String> grouped = new ArrayList<>();
    for (String column : COLUMNS.subList(1, COLUMNS.size())) {
      String gather = MAPS.contains(column) ? "collect_list" : "max";
      grouped.add(gather + "(" + column + ") AS " + column);
    }
    return grouped;
  }

  /** The columns of the second step, over what the first one gives: a row for each run. */
  public static List<String> merged() {
    List<String> merged = new ArrayList<>();
    for (String column : COLUMNS) {
      merged.add(
          switch (column) {
            case "params" -> merged(column, STAMPED, "least");
            case "tags" -> merged(column, STAMPED, "greatest");
            case "metrics" -> merged(column, LATEST, "greatest");
            case "inputs" -> merged(column, INPUTS, "least");
            default -> column;
          });
    }
    return merged;
  }

  /** Most runs have one map; merging it with an empty one would cost as much as all the rest. */
  private static String merged(String column, String type, String merge) {
    return ("CASE WHEN size(%1$s) = 1 THEN get(%1$s, 0) ELSE reduce(%1$s, CAST(map() AS %2$s),"
            + " (s, m) -> map_zip_with(s, m, (k, x, y) -> %3$s(x, y))) END AS %1$s")
        .formatted(column, type, merge);
  }
}
