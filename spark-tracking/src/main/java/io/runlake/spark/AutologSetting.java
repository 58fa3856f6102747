package io.runlake.spark;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Every setting of Spark that Runlake reads: its key, what holds without it, what it means. */
public enum AutologSetting {
  /** The store. */
  TRACKING_URI(
      "tracking.uri",
      null,
      "the variable RUNLAKE_TRACKING_URI, else delta:./runlake on a local master",
      "the store, as delta:<root>; on a cluster the plugin stays off without it"),
  /** The experiment. */
  EXPERIMENT("experiment", null, "spark.app.name", "the experiment of the runs, made if need be"),
  /** Whether fits are logged. */
  ENABLED(
      "autolog.enabled",
      null,
      "true under the plugin",
      "whether fits are logged; may differ between the sessions of one JVM"),
  /** Whether models are saved. */
  MODELS("autolog.models", "true", "whether fitted models are saved"),
  /** Whether models get a signature. */
  SIGNATURES("autolog.signatures", "true", "whether saved models get a signature"),
  /** Whether models get an input example. */
  EXAMPLES(
      "autolog.examples",
      "false",
      "whether saved models get the first five rows of what they read as an input example, by one"
          + " Spark job"),
  /** What models are registered as. */
  REGISTERED_MODEL(
      "autolog.registered.model",
      null,
      "none",
      "the registered model that each saved model becomes the next version of; of a search its best"
          + " model"),
  /** Whether inputs are logged. */
  INPUTS(
      "autolog.inputs",
      "true",
      "whether the tables that a fit reads are logged (MLflow's log_datasets)"),
  /** Which summaries are read. */
  SUMMARIES(
      "autolog.summaries",
      "free",
      "which figures of training summaries are logged: free, or all, which costs Spark jobs"),
  /** Whether evaluations outside fits are logged. */
  EVALUATIONS(
      "autolog.evaluations",
      "true",
      "whether metrics of evaluators outside fits are logged; Autolog.evaluate always logs"),
  /** Tags of our runs. */
  TAGS(
      "autolog.tags",
      null,
      "none",
      "tags of the runs that autologging makes, as key=value,key=value; your own runs do not get"
          + " them"),
  /** Whether users' runs are left alone. */
  EXCLUSIVE(
      "autolog.exclusive",
      "false",
      "whether fits inside a run of your own are left out, and there those evaluations of models"
          + " whose fits are not logged that nobody asked for"),
  /** Which estimators are logged. */
  ESTIMATORS(
      "autolog.estimators",
      null,
      "all",
      "the estimators that are logged, as class names with * for any text, with commas between"
          + " them"),
  /** Which estimators are not. */
  ESTIMATORS_OUT(
      "autolog.estimators.out",
      null,
      "none",
      "the estimators that are not; what is fitted inside one of them is looked at by itself"),
  /** The budget for saving a model. */
  SAVE_TIMEOUT(
      "autolog.model.save.timeout", "120s", "how long a fit waits for its model to be saved"),
  /** When a search goes to Spark. */
  SEARCH_FROM(
      "search.spark.from",
      "32m",
      "from how many bytes of the table runs on a search of runs in a JVM with a live session is"
          + " done by Spark; below, and without a session, by this process alone"),
  /** How soon what is logged is durable. */
  FLUSH_INTERVAL(
      "flush.interval",
      "500ms",
      "how long what is logged may wait before it is written: longer means fewer and larger files"),
  /** Where is kept what a store did not take. */
  SPOOL_DIR(
      "spool.dir",
      null,
      "java.io.tmpdir",
      "the folder for a file of what the store did not take before the application ended, for"
          + " runlake store recover"),
  /** Whether hints are kept back. */
  SILENT(
      "autolog.silent",
      "false",
      "whether the log says only what is not logged or lost; hints and complaints about settings"
          + " go to level DEBUG"),
  /** Whether errors are thrown. */
  STRICT("autolog.strict", "false", "for tests: errors of Runlake are thrown where you call it");

  static final String PREFIX = "spark.runlake.";

  private final String name;
  private final String defaultValue;
  private final String defaultInWords;
  private final String meaning;

  AutologSetting(String name, String defaultValue, String meaning) {
    this(name, defaultValue, defaultValue, meaning);
  }

  AutologSetting(String name, String defaultValue, String defaultInWords, String meaning) {
    this.name = name;
    this.defaultValue = defaultValue;
    this.defaultInWords = defaultInWords;
    this.meaning = meaning;
  }

  /** The key in Spark's configuration. */
  public String key() {
    return PREFIX + name;
  }

  /** The value that holds without it; empty where it depends on something else. */
  public Optional<String> defaultValue() {
    return Optional.ofNullable(defaultValue);
  }

  /** What holds without it, for readers. */
  public String defaultInWords() {
    return defaultInWords;
  }

  /** One line on what it means. */
  public String meaning() {
    return meaning;
  }

  static Set<String> keys() {
    return Arrays.stream(values()).map(AutologSetting::key).collect(Collectors.toUnmodifiableSet());
  }
}
