package io.runlake.quickstart;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The occupancy telemetry: how its files are read, and what quickstart calls things. */
final class Occupancy {
  static final String EXPERIMENT = "occupancy";
  static final String MODEL = "occupancy";
  static final String CHAMPION = "champion";
  static final String LABEL = "Occupancy";

  /** Where autologging puts the model of a fit among the run's artifacts. */
  static final String MODEL_ARTIFACT = "model";

  /** The header of the files names seven of the eight columns, so they are named here. */
  private static final String SCHEMA =
      "row int, date timestamp, Temperature double, Humidity double, Light double, CO2 double,"
          + " HumidityRatio double, Occupancy int";

  private Occupancy() {}

  static Dataset<Row> read(SparkSession spark, String path) {
    return spark.read().option("header", true).schema(SCHEMA).csv(path);
  }

  /** The tracking URI that spark-submit was given. */
  static String trackingUri(SparkSession spark) {
    return spark.conf().get("spark.runlake.tracking.uri");
  }
}
