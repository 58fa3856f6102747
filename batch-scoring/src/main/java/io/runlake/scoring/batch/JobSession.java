package io.runlake.scoring.batch;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Where the job gets Spark from: its own session, made when it is first wanted, or a caller's. */
abstract sealed class JobSession {
  private static final String HADOOP = "spark.hadoop.";
  private static final String EXTENSIONS = "spark.sql.extensions";
  private static final String DELTA_EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";
  private static final String CATALOG = "spark.sql.catalog.spark_catalog";
  private static final String DELTA_CATALOG = "org.apache.spark.sql.delta.catalog.DeltaCatalog";
  private static final String LOCAL_LOG_STORE = "spark.delta.logStore.file.impl";
  private static final String ANY_LOG_STORE = "spark.delta.logStore.class";
  private static final String LOCAL_LOG_STORE_CLASS = "io.runlake.store.delta.LocalLogStore";

  private JobSession() {}

  /** The session of a program of ours, configured for Delta. */
  static JobSession own() {
    return new Own();
  }

  /** A session that someone else made and keeps. */
  static JobSession of(SparkSession spark) {
    return new Given(spark);
  }

  /** A Spark setting; answers without starting Spark. */
  abstract Optional<String> setting(String key);

  /** The settings of Hadoop's file systems, by their Hadoop names. */
  abstract Map<String, String> fileSystem();

  /** The session; starts it if it is our own. */
  abstract SparkSession spark(String appName);

  /** Stops the session if it is our own and runs. */
  abstract void stop();

  /**
   * Runs work in a new session beside another one, as the active session of this thread. A new
   * session keeps the job's settings and its query listener apart from the caller's.
   */
  static <T> T beside(SparkSession spark, Function<SparkSession, T> work) {
    SparkSession own = spark.newSession();
    // Both passes must parse the same columns of a line, or a line is corrupt in one of them only.
    own.conf().set("spark.sql.csv.parser.columnPruning.enabled", false);
    return ScalaInterop.withActive(own, () -> work.apply(own));
  }

  private static final class Own extends JobSession {
    private final SparkConf conf = new SparkConf();
    private SparkSession spark;

    @Override
    Optional<String> setting(String key) {
      return conf.contains(key) ? Optional.of(conf.get(key)) : Optional.empty();
    }

    @Override
    Map<String, String> fileSystem() {
      return ScalaInterop.withPrefix(conf, HADOOP);
    }

    @Override
    SparkSession spark(String appName) {
      String extensions = conf.get(EXTENSIONS, "");
      if (!extensions.contains(DELTA_EXTENSION)) {
        conf.set(
            EXTENSIONS,
            extensions.isEmpty() ? DELTA_EXTENSION : extensions + "," + DELTA_EXTENSION);
      }
      conf.setIfMissing(CATALOG, DELTA_CATALOG);
      // Delta's own log store for local disks lets two writers overwrite each other's commits.
      if (!conf.contains(ANY_LOG_STORE)) {
        conf.setIfMissing(LOCAL_LOG_STORE, LOCAL_LOG_STORE_CLASS);
      }
      conf.setIfMissing("spark.app.name", appName);
      spark = SparkSession.builder().config(conf).getOrCreate();
      return spark;
    }

    @Override
    void stop() {
      if (spark != null) {
        spark.stop();
      }
    }
  }

  private static final class Given extends JobSession {
    private final SparkSession spark;

    private Given(SparkSession spark) {
      this.spark = spark;
    }

    @Override
    Optional<String> setting(String key) {
      return Optional.of(spark.conf().get(key, "")).filter(value -> !value.isEmpty());
    }

    @Override
    Map<String, String> fileSystem() {
      return ScalaInterop.withPrefix(spark.sparkContext().getConf(), HADOOP);
    }

    @Override
    SparkSession spark(String appName) {
      return spark;
    }

    @Override
    void stop() {}
  }
}
