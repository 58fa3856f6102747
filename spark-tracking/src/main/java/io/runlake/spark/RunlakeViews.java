package io.runlake.spark;

import io.runlake.sql.Engine;
import io.runlake.sql.StoreView;
import io.runlake.sql.StoreViews;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import org.apache.spark.sql.SparkSession;

/**
 * The tables of a store as SQL views of a Spark session. They show the current state by the folds
 * of {@code docs/format.md}, at each query that of the tables' newest versions.
 *
 * <p>{@code runlake_experiments}, {@code runlake_runs} and {@code runlake_metrics} have the columns
 * of Databricks' {@code system.mlflow} tables where we hold them, under the same names, and ours
 * beside them. Deleted experiments and runs are among the rows and have a {@code delete_time};
 * deleted tags, model versions and aliases are not.
 */
public final class RunlakeViews {
  private RunlakeViews() {}

  /**
   * Registers the views for the store that {@code spark.runlake.tracking.uri} names, else the
   * environment's {@code RUNLAKE_TRACKING_URI}, else, on a local master, {@code delta:./runlake}.
   *
   * @throws IllegalStateException if no store is named
   */
  public static void register(SparkSession spark) {
    register(spark, TrackingTarget.of(spark));
  }

  /**
   * Registers the temporary views {@code runlake_experiments}, {@code runlake_runs}, {@code
   * runlake_metrics}, {@code runlake_params}, {@code runlake_tags}, {@code runlake_model_versions}
   * and {@code runlake_aliases}, in place of any that the session has under these names. Nothing is
   * written; where no table stands yet, the views are empty. Waits a few seconds at most until what
   * autologging knows of fits that are over is in the store, so that they are among the rows.
   *
   * @param trackingUri {@code delta:<root>}
   * @throws io.runlake.store.StoreException if the URI is none of a store, or a table has a version
   *     of the format that this Runlake does not know
   */
  public static void register(SparkSession spark, String trackingUri) {
    OwnFitRun.awaitSettled(OwnFitRun.PATIENCE);
    String root;
    try (Store store = Stores.open(trackingUri, StoreOptions.defaults())) {
      root = store.root();
      store.care().requireFormat();
    }
    try (NamedTables tables = tables(spark, root)) {
      for (StoreView view : StoreViews.of(Engine.SPARK, tables::name)) {
        spark.sql(view.select()).createOrReplaceTempView(view.name());
      }
    }
  }

  private static NamedTables tables(SparkSession spark, String root) {
    StoreTables tables = new StoreTables(spark, root);
    return new NamedTables(spark)
        .with("experiments", tables.table("experiments", StoreTables.EXPERIMENTS))
        .with("runs", tables.table("runs", StoreTables.RUNS))
        .with("metrics", tables.table("metrics", StoreTables.METRICS))
        .with("registry", tables.table("registry", StoreTables.REGISTRY));
  }
}
