package io.runlake.testkit;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The one SparkSession of a test fork, with Delta, and the real data that tests read. */
public final class TestSpark {
  /** The eight columns of a row; the header of the files names seven, so a schema is needed. */
  public static final String OCCUPANCY_SCHEMA =
      "row int, date timestamp, Temperature double, Humidity double, Light double, CO2 double,"
          + " HumidityRatio double, Occupancy int";

  private static SparkSession session;

  private TestSpark() {}

  /** The session of this JVM, started on first use: {@code local[2]}, no UI, Delta's extension. */
  public static synchronized SparkSession session() {
    if (session == null) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("runlake-tests")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.databricks.delta.snapshotPartitions", "2")
              .config("spark.sql.warehouse.dir", Path.of("warehouse").toAbsolutePath().toString())
              .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
              .config(
                  "spark.sql.catalog.spark_catalog",
                  "org.apache.spark.sql.delta.catalog.DeltaCatalog")
              .getOrCreate();
      session.sparkContext().setLogLevel("WARN");
    }
    return session;
  }

  /** The root of the checkout. */
  public static Path projectRoot() {
    return Path.of(System.getProperty("runlake.project.root"));
  }

  /** One of {@code datatraining.txt}, {@code datatest.txt}, {@code datatest2.txt}. */
  public static Path occupancyFile(String name) {
    return projectRoot().resolve("data/occupancy").resolve(name);
  }

  /** A file of the occupancy data as a frame with its eight columns. */
  public static Dataset<Row> occupancy(String name) {
    return session()
        .read()
        .option("header", true)
        .schema(OCCUPANCY_SCHEMA)
        .csv(occupancyFile(name).toString());
  }
}
