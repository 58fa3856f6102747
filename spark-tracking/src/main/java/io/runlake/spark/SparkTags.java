package io.runlake.spark;

import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Tags;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/** What a session says about where a run came from. */
final class SparkTags {
  static final String APP_NAME = "runlake.spark.app.name";
  static final String VERSION = "runlake.spark.version";
  static final String MASTER = "runlake.spark.master";
  private static final String HADOOP = "spark.hadoop.";
  private static final String SUBMIT = "org.apache.spark.deploy.SparkSubmit";
  private static final Pattern MAIN_CLASS = Pattern.compile("\\s--class\\s+(\\S+)");

  private SparkTags() {}

  static Map<String, String> of(SparkSession session) {
    SparkContext context = session.sparkContext();
    Map<String, String> tags = new HashMap<>();
    tags.put(RunFacts.AUTOLOGGING, RunFacts.AUTOLOGGING_VALUE);
    tags.put(Tags.SPARK_APP_ID, context.applicationId());
    tags.put(APP_NAME, context.appName());
    tags.put(VERSION, context.version());
    tags.put(MASTER, context.master());
    return tags;
  }

  /** The user of the Spark application, and its main class where spark-submit started it. */
  static RunSpec origin(RunSpec spec, SparkSession session) {
    RunSpec owned = spec.withUser(session.sparkContext().sparkUser());
    return mainClass(System.getProperty("sun.java.command", ""))
        .map(owned::withSource)
        .orElse(owned);
  }

  static Optional<String> mainClass(String command) {
    Matcher submitted = MAIN_CLASS.matcher(command);
    return command.startsWith(SUBMIT) && submitted.find()
        ? Optional.of(submitted.group(1))
        : Optional.empty();
  }

  /** The file system's settings that the application was given, by their Hadoop names. */
  static Map<String, String> fileSystem(SparkSession session) {
    Map<String, String> settings = new HashMap<>();
    ScalaInterop.settings(session)
        .forEach(
            (key, value) -> {
              if (key.startsWith(HADOOP)) {
                settings.put(key.substring(HADOOP.length()), value);
              }
            });
    return settings;
  }
}
