package io.runlake.notebooks;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark that notebooks run on here. A system property {@code spark.*} wins over what stands
 * here.
 */
final class LocalSpark {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.master", "local[2]",
          "spark.app.name", "notebook",
          "spark.ui.enabled", "false",
          "spark.sql.shuffle.partitions", "2",
          "spark.sql.session.timeZone", "UTC",
          "spark.databricks.delta.snapshotPartitions", "2");

  private LocalSpark() {}

  /** From now on every session of this JVM, whoever starts it, is started with the settings. */
  static void prepare() {
    SETTINGS.forEach(System.getProperties()::putIfAbsent);
  }

  /**
   * Starts it for Scala, with Delta.
   *
   * @param classes where the interpreter writes what it compiles, for executors
   */
  static SparkSession start(Path classes) {
    SparkConf conf = new SparkConf().set("spark.repl.class.outputDir", classes.toString());
    conf.setIfMissing("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    conf.setIfMissing(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Stops the session that a notebook has started, if it has. */
  static void stop() {
    try {
      SparkSession.active().stop();
    } catch (IllegalStateException none) {
      // Nothing to stop.
    }
  }
}
