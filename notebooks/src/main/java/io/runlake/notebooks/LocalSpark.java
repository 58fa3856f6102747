package io.runlake.notebooks;

import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark that a notebook runs on here. A system property {@code spark.*} wins over what stands
 * here.
 */
final class LocalSpark {
  private LocalSpark() {}

  /**
   * Starts it.
   *
   * @param classes where the interpreter writes what it compiles, for executors
   */
  static SparkSession start(Path classes) {
    SparkConf conf = new SparkConf().set("spark.repl.class.outputDir", classes.toString());
    conf.setIfMissing("spark.master", "local[2]");
    conf.setIfMissing("spark.app.name", "notebook");
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.sql.shuffle.partitions", "2");
    conf.setIfMissing("spark.sql.session.timeZone", "UTC");
    conf.setIfMissing("spark.databricks.delta.snapshotPartitions", "2");
    conf.setIfMissing("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    conf.setIfMissing(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** What a page says that it was executed with. */
  static String versions(SparkSession spark) {
    return "Spark %s, Scala %s, Java %s"
        .formatted(spark.version(), ScalaCells.version(), Runtime.version().feature());
  }
}
