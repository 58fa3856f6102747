package io.runlake.spark;

import io.runlake.store.RunId;
import io.runlake.tracking.ActiveRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/**
 * Logs fits of Spark ML: all of a session from {@link #enable} on, or single ones by {@link #fit}.
 *
 * <p>A fit becomes a run of the experiment {@code spark.runlake.experiment} in the store {@code
 * spark.runlake.tracking.uri}, with params, training metrics, inputs, cost and the model. Inside a
 * run of the user's own the first fit logs into that run, and those after it into child runs. What
 * Runlake cannot do is one warning and never an error of the fit.
 *
 * <p>Thread-safe.
 */
public final class Autolog {
  private Autolog() {}

  /**
   * From now on every fit on data of this session is logged, without the plugin. Enabling again
   * does nothing.
   */
  public static void enable(SparkSession spark) {
    Guard.reset();
    spark.conf().set(AutologSetting.ENABLED.key(), "true");
    Attachment.attach(spark.sparkContext());
    Weaving.start(spark.sparkContext());
  }

  /**
   * As {@link #enable(SparkSession)}, with these settings on the session.
   *
   * @param settings values as {@code --conf} takes them, such as {@code
   *     Map.of(AutologSetting.EXPERIMENT, "occupancy", AutologSetting.EXAMPLES, "true")}
   * @throws IllegalArgumentException if a value cannot be read; then nothing has changed
   */
  public static void enable(SparkSession spark, Map<AutologSetting, String> settings) {
    Map<String, String> conf = new HashMap<>();
    settings.forEach((setting, value) -> conf.put(setting.key(), value));
    List<String> complaints = new ArrayList<>();
    AutologSettings.read(conf, Map.of(), true, complaints);
    if (!complaints.isEmpty()) {
      throw new IllegalArgumentException(String.join(" ", complaints));
    }
    conf.forEach(spark.conf()::set);
    enable(spark);
  }

  /** From now on fits on data of this session are not logged, not even under the plugin. */
  public static void disable(SparkSession spark) {
    spark.conf().set(AutologSetting.ENABLED.key(), "false");
  }

  /** Fits and logs, with or without the plugin; what the fit throws comes through. */
  public static <M extends Model<M>> M fit(Estimator<M> estimator, Dataset<?> dataset) {
    Optional<FitScope> scope = Fits.enter(estimator, dataset, true);
    M model = null;
    Throwable thrown = null;
    try {
      model = estimator.fit(dataset);
      return model;
    } catch (Throwable e) {
      thrown = e;
      throw e;
    } finally {
      if (scope.isPresent()) {
        scope.get().accept(model, thrown);
      }
    }
  }

  /**
   * The run that a fit of this process was logged to, by the model that it returned: the run that
   * autologging made for it, or the user's own that it was in. Waits a few seconds at most until
   * what was logged of the fits that are over is in the store.
   *
   * @param model the very object that {@code fit} returned, or the best model of a search in it
   * @return empty if the fit was not logged, and for another part of what was fitted, such as a
   *     stage
   */
  public static Optional<RunId> runOf(Transformer model) {
    Optional<FitRun> run = FittedModels.of(model);
    if (run.isEmpty()) {
      return Optional.empty();
    }
    OwnFitRun.awaitSettled(OwnFitRun.PATIENCE);
    return run.get().await(OwnFitRun.PATIENCE).map(ActiveRun::id);
  }

  /**
   * Evaluates predictions and logs the metric: into the run of the model that made them, if a fit
   * of this process made the model; else into the user's run that this thread is in; else into a
   * run of its own. Under {@link #enable} and the plugin a plain {@code evaluator.evaluate} does
   * the same.
   *
   * <p>The metric is called {@code <metric>[-<call>]_<dataset>[-<number>]}, as MLflow calls it:
   * {@code rmse_sales}, for the second call {@code rmse-2_sales}, for a second data of that name
   * {@code rmse-3_sales-2}. The dataset's name is that of the table or file that the data is read
   * from, without catalog, schema, folder and extension; {@code unknown_dataset} if there is no
   * such one.
   *
   * @return the metric
   */
  public static double evaluate(Evaluator evaluator, Dataset<?> predictions) {
    return Evaluations.evaluate(evaluator, predictions, Optional.empty());
  }

  /**
   * As above, under a name of your own.
   *
   * @param name the metric's key
   * @return the metric
   */
  public static double evaluate(Evaluator evaluator, Dataset<?> predictions, String name) {
    return Evaluations.evaluate(evaluator, predictions, Optional.of(name));
  }
}
