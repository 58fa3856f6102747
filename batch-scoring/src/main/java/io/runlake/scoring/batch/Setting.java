package io.runlake.scoring.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every setting of the job: its key in the YAML and its flag, its default, what it means. */
enum Setting {
  JOB("job", Kind.TEXT, null, "name of the job; with the date it is the key of a night"),
  MODEL("model", Kind.TEXT, null, "models:/name/3, models:/name@alias, runs:/id/path or a path"),
  DATE("date", Kind.TEXT, null, "the logical date of the night, as 2015-02-04"),
  STORE(
      "store",
      Kind.TEXT,
      null,
      "tracking URI or root; default: spark.runlake.tracking.uri, RUNLAKE_TRACKING_URI, and on a"
          + " local master delta:./runlake"),
  EXPERIMENT("experiment", Kind.TEXT, null, "experiment of the job's runs; default scoring/<job>"),
  INPUT_FORMAT("input.format", Kind.TEXT, "delta", "delta, parquet or csv"),
  INPUT_PATH("input.path", Kind.LIST, null, "a table, or files, folders and globs"),
  INPUT_SCHEMA("input.schema", Kind.TEXT, null, "schema as DDL; csv needs it"),
  INPUT_OPTIONS("input.options", Kind.MAP, null, "options of Spark's reader"),
  INPUT_VERSION("input.version", Kind.INTEGER, null, "version of a Delta table; default: latest"),
  OUTPUT_PATH("output.path", Kind.TEXT, null, "the Delta table of the scores"),
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

  /** What a value looks like. */
  enum Kind {
    TEXT("TEXT"),
    LIST("A,B,..."),
    MAP("KEY=VALUE"),
    INTEGER("N"),
    SHARE("0..1"),
    FLAG("");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  private final String key;
  private final Kind kind;
  private final String defaultValue;
  private final String help;

  Setting(String key, Kind kind, String defaultValue, String help) {
    this.key = key;
    this.kind = kind;
    this.defaultValue = defaultValue;
    this.help = help;
  }

  String key() {
    return key;
  }

  Kind kind() {
    return kind;
  }

  Optional<String> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  String help() {
    return help;
  }

  /** The setting of that key; {@code input.options.header} belongs to {@code input.options}. */
  static Optional<Setting> of(String key) {
    return Arrays.stream(values())
        .filter(
            setting ->
                setting.kind == Kind.MAP
                    ? key.startsWith(setting.key + ".")
                    : key.equals(setting.key))
        .findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Setting::key).toList();
  }

  /** What a misspelt key may have been meant to be: every key, and the groups of keys. */
  static List<String> names() {
    return Stream.concat(keys().stream(), Stream.of("input", "output")).toList();
  }
}
