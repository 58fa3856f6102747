package io.runlake.scoring.batch;

import io.runlake.scoring.JobSetting;
import io.runlake.scoring.SettingKeys;
import java.util.Optional;

/** Every setting of the job: its key in the YAML and its flag, its default, what it means. */
public enum Setting implements JobSetting {
  JOB("job", Kind.TEXT, "name of the job; with the date it is the key of a night"),
  MODEL("model", Kind.TEXT, "models:/name/3, models:/name@alias, runs:/id/path or a path"),
  DATE("date", Kind.TEXT, "the logical date of the night, as 2015-02-04; usually a flag"),
  STORE(
      "store",
      Kind.TEXT,
      null,
      "tracking URI or root; default: spark.runlake.tracking.uri, RUNLAKE_TRACKING_URI, and on a"
          + " local master delta:./runlake"),
  EXPERIMENT("experiment", Kind.TEXT, null, "experiment of the job's runs; default scoring/<job>"),
  INPUT_FORMAT("input.format", Kind.TEXT, "delta", "delta, parquet, csv or json (lines)"),
  INPUT_PATH("input.path", Kind.LIST, "a table, or files, folders and globs"),
  INPUT_SCHEMA("input.schema", Kind.TEXT, null, "schema as DDL; csv and json need it"),
  INPUT_OPTIONS("input.options", Kind.MAP, null, "options of Spark's reader"),
  INPUT_VERSION("input.version", Kind.INTEGER, null, "version of a Delta table; default: latest"),
  OUTPUT_PATH("output.path", Kind.TEXT, "the Delta table of the scores"),
  COLUMNS("columns", Kind.LIST, null, "input columns that the scores carry; default: all"),
  MODEL_COLUMNS(
      "model-columns", Kind.LIST, null, "columns of the model beside prediction and probability"),
  MODEL_CLASSES(
      "model-classes", Kind.LIST, null, "classes the model may name beside org.apache.spark.ml.*"),
  PARSE_STRINGS("parse-strings", Kind.FLAG, "false", "whether a text may stand for a number"),
  ERROR_BUDGET(
      "error-budget", Kind.SHARE, "0.05", "greatest share of quarantined rows for exit code 0"),
  FORCE("force", Kind.FLAG, "false", "score a night again that is done"),
  JSON("json", Kind.FLAG, "false", "print one JSON object as the last line of stdout");

  /** All of them. */
  public static final SettingKeys KEYS = SettingKeys.of(values());

  private final Description description;

  /** One that the job does not start without. */
  Setting(String key, Kind kind, String help) {
    this.description = new Description(key, kind, Optional.empty(), true, help);
  }

  /** One that need not be given; a null default is what the help says. */
  Setting(String key, Kind kind, String defaultValue, String help) {
    this.description = new Description(key, kind, Optional.ofNullable(defaultValue), false, help);
  }

  @Override
  public Description description() {
    return description;
  }
}
