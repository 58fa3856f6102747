package io.runlake.spark;

import io.runlake.errors.TrackingException;
import io.runlake.sql.Engine;
import io.runlake.sql.StoreView;
import io.runlake.sql.StoreViews;
import io.runlake.store.ExperimentId;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.tracking.Runlake;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
    register(spark, new StoreTables(spark, root));
  }

  private static void register(SparkSession spark, StoreTables found) {
    try (NamedTables tables = named(spark, found)) {
      for (StoreView view : StoreViews.of(Engine.SPARK, tables::name)) {
        spark.sql(view.select()).createOrReplaceTempView(view.name());
      }
    }
  }

  private static NamedTables named(SparkSession spark, StoreTables tables) {
    return new NamedTables(spark)
        .with("experiments", tables.table("experiments", StoreTables.EXPERIMENTS))
        .with("runs", tables.table("runs", StoreTables.RUNS))
        .with("metrics", tables.table("metrics", StoreTables.METRICS))
        .with("registry", tables.table("registry", StoreTables.REGISTRY));
  }

  /**
   * The runs of an experiment with a column for each param, metric and tag that any of them has:
   * the columns of {@code runlake_runs} but for the maps, then {@code params.<key>}, {@code
   * metrics.<key>} and {@code tags.<key>}, each kind sorted by key. Names with dots stand in
   * back-ticks in SQL. Where two keys differ in case alone, which Spark does not tell apart, the
   * second one's column ends in {@code #2}.
   *
   * <p>Runs one query at once, for the keys; keys that are logged later have no column. What the
   * frame shows is the state at each of its queries.
   *
   * @param trackingUri {@code delta:<root>}
   * @param experiment its name
   * @throws io.runlake.errors.TrackingException if there is no such experiment
   */
  public static Dataset<Row> wide(SparkSession spark, String trackingUri, String experiment) {
    OwnFitRun.awaitSettled(OwnFitRun.PATIENCE);
    try (Runlake runlake = Runlake.open(trackingUri)) {
      ExperimentId id =
          runlake
              .findExperiment(experiment)
              .orElseThrow(
                  () ->
                      TrackingException.notFound(
                          "No Experiment with name=" + experiment + " exists."))
              .id();
      StoreTables tables = new StoreTables(spark, runlake.store().root());
      return WideRuns.of(spark, tables.table("runs", StoreTables.RUNS), id);
    }
  }
}
