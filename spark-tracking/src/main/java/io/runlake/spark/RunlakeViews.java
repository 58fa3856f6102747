package io.runlake.spark;

import org.apache.spark.sql.SparkSession;

/** The tables of a store as SQL views of a Spark session. */
public final class RunlakeViews {
  private RunlakeViews() {}

  /** Registers the views for the store that {@code spark.runlake.tracking.uri} names. */
  public static void register(SparkSession spark) {
    throw new UnsupportedOperationException("Not landed yet.");
  }

  /**
   * Registers the temporary views {@code runlake_experiments}, {@code runlake_runs}, {@code
   * runlake_metrics}, {@code runlake_params}, {@code runlake_tags}, {@code runlake_model_versions}
   * and {@code runlake_aliases}.
   *
   * @param trackingUri {@code delta:<root>}
   */
  public static void register(SparkSession spark, String trackingUri) {
    throw new UnsupportedOperationException("Not landed yet.");
  }
}
