package io.runlake.scoring.streaming;

import io.runlake.scoring.JobSetting;
import io.runlake.scoring.SettingKeys;
import java.util.Optional;

/** Every setting of the job: its key in the YAML and its flag, its default, what it means. */
public enum Setting implements JobSetting {
  JOB("job", Kind.TEXT, "name of the job"),
  MODEL(
      "model",
      Kind.TEXT,
      "models:/name@alias (looked at once per batch), models:/name/3, runs:/id/path or a path"),
  STORE(
      "store",
      Kind.TEXT,
      null,
      "tracking URI or root; default: spark.runlake.tracking.uri, RUNLAKE_TRACKING_URI, and on a"
          + " local master delta:./runlake"),
  EXPERIMENT("experiment", Kind.TEXT, null, "experiment of the job's runs; default scoring/<job>"),
  INPUT_FORMAT("input.format", Kind.TEXT, "delta", "delta, csv or json (lines)"),
  INPUT_PATH("input.path", Kind.TEXT, "a Delta table, or the folder where files arrive"),
  INPUT_SCHEMA("input.schema", Kind.TEXT, null, "schema as DDL; csv and json need it"),
  INPUT_OPTIONS("input.options", Kind.MAP, null, "options of Spark's reader"),
  OUTPUT_PATH("output.path", Kind.TEXT, "the Delta table of the scores"),
  CHECKPOINT("checkpoint", Kind.TEXT, "folder of the query's checkpoint; one for each query"),
  TRIGGER(
      "trigger",
      Kind.TEXT,
      "available-now",
      "available-now (what is there, then end) or an interval such as '10 seconds'"),
  MAX_FILES("max-files-per-trigger", Kind.INTEGER, null, "greatest number of new files in a batch"),
  MAX_BYTES("max-bytes-per-trigger", Kind.TEXT, null, "about how many bytes a batch has, as 64m"),
  COLUMNS("columns", Kind.LIST, null, "input columns that the scores carry; default: all"),
  MODEL_COLUMNS(
      "model-columns", Kind.LIST, null, "columns of the model beside prediction and probability"),
  MODEL_CLASSES(
      "model-classes", Kind.LIST, null, "classes the model may name beside org.apache.spark.ml.*"),
  PARSE_STRINGS("parse-strings", Kind.FLAG, "false", "whether a text may stand for a number"),
  ERROR_BUDGET(
      "error-budget",
      Kind.SHARE,
      "0.05",
      "greatest share of quarantined rows, from 1000 rows of this run on"),
  STOP_TIMEOUT(
      "stop-timeout", Kind.INTEGER, "60", "seconds that a batch may take to end when asked to"),
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
