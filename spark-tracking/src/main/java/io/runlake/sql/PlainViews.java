package io.runlake.sql;

/** What is the same text in all engines, but for the quotes around names that are words of SQL. */
final class PlainViews {
  private PlainViews() {}

  static String experiments(String table) {
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
        "FROM " + newest(table, "experiment_id") + " AS newest_rows");
  }

  static String metrics(String table, char quote) {
    return String.join(
        "\n",
        "SELECT DISTINCT",
        "  experiment_id,",
        "  run_id,",
        "  key AS metric_name,",
        "  " + quote + "timestamp" + quote + " AS metric_time,",
        "  step AS metric_step,",
        "  " + quote + "value" + quote + " AS metric_value",
        "FROM " + table);
  }

  /** Of the rows that share a key, the one of the greatest revision. */
  static String newest(String table, String key) {
    return "(SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY "
        + key
        + " ORDER BY revision DESC) AS newest FROM "
        + table
        + ") AS numbered WHERE newest = 1)";
  }
}
