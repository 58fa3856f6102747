package io.runlake.spark;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.evaluate.Baseline;
import io.runlake.evaluate.ClassifierEvaluation;
import io.runlake.evaluate.ClusteringEvaluation;
import io.runlake.evaluate.Evaluation;
import io.runlake.evaluate.RegressorEvaluation;
import io.runlake.evaluate.Thresholds;
import io.runlake.evaluate.Verdict;
import io.runlake.flavor.ModelUri;
import io.runlake.registry.ResolvedModel;
import io.runlake.store.RunId;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;

/**
 * Judges predictions: figures under the names of {@code mlflow.evaluate}, tables and plots, in one
 * distributed pass over all rows. The result is returned, and logged to a run where there is one:
 * that of the options, else that of the model's fit, else the one that the calling thread is in.
 * The model is that of the options, or the one that made the predictions, where autologging saw it.
 *
 * <p>The predictions are read once (a clustering's three times), and computed anew if they are not
 * cached. Thread-safe.
 */
public final class Evaluate {
  private Evaluate() {}

  /** As the other, with Spark's column names. */
  public static ClassifierEvaluation classifier(Dataset<?> predictions) {
    return classifier(predictions, EvaluateOptions.defaults());
  }

  /**
   * Judges a classifier whose labels and predictions are 0, 1, … as Spark ML has them. Areas under
   * curves are made from binned scores; how far they can be off is a metric of its own.
   *
   * @throws IllegalArgumentException if a column is missing, or the labels are too many for classes
   */
  public static ClassifierEvaluation classifier(Dataset<?> predictions, EvaluateOptions options) {
    return judge(predictions, options, data -> new ClassifierPass(data, options).run());
  }

  /** As the other, with Spark's column names. */
  public static RegressorEvaluation regressor(Dataset<?> predictions) {
    return regressor(predictions, EvaluateOptions.defaults());
  }

  /**
   * Judges a regression model.
   *
   * @throws IllegalArgumentException if a column is missing
   */
  public static RegressorEvaluation regressor(Dataset<?> predictions, EvaluateOptions options) {
    return judge(predictions, options, data -> new RegressorPass(data, options).run());
  }

  /** As the other, with Spark's column names. */
  public static ClusteringEvaluation clustering(Dataset<?> predictions) {
    return clustering(predictions, EvaluateOptions.defaults());
  }

  /**
   * Judges a clustering by the sizes of its clusters and their silhouette in squared Euclidean
   * distance, which is Spark's and needs two passes of its own.
   *
   * @throws IllegalArgumentException if a column is missing
   */
  public static ClusteringEvaluation clustering(Dataset<?> predictions, EvaluateOptions options) {
    return judge(predictions, options, data -> new ClusteringPass(data, options).run());
  }

  /**
   * Whether an evaluation is good enough, as {@link Evaluation#check}, and over that the verdict is
   * logged to the run that the evaluation was logged to: as the tag {@code runlake.verdict}, or
   * with the options' prefix {@code runlake.<prefix>verdict}.
   */
  public static Verdict check(Evaluation evaluation, Thresholds thresholds) {
    Verdict verdict = evaluation.check(thresholds);
    EvaluationLog.log(evaluation, verdict);
    return verdict;
  }

  private static <E extends Evaluation> E judge(
      Dataset<?> predictions, EvaluateOptions options, Function<Dataset<?>, E> pass) {
    Objects.requireNonNull(predictions, "predictions");
    Objects.requireNonNull(options, "options");
    E evaluation;
    try (OwnWork own = new OwnWork(predictions.sparkSession().sparkContext())) {
      evaluation = pass.apply(predictions);
    }
    new EvaluationLog(predictions, options).log(evaluation);
    return evaluation;
  }

  /**
   * The metrics of a run, for comparison.
   *
   * @throws TrackingException RESOURCE_DOES_NOT_EXIST if there is no such run
   */
  public static Baseline baseline(Runlake runlake, RunId run) {
    return runlake
        .getRun(run)
        .map(known -> baseline("run " + run, known))
        .orElseThrow(
            () ->
                TrackingException.notFound(
                    "There is no run " + run + " in this store to compare with."));
  }

  /**
   * The metrics of the run that a registered model came from, for comparison.
   *
   * @param modelUri such as {@code models:/occupancy@champion}
   * @return empty if the URI names nothing yet, such as an alias that is not set, or if the version
   *     has no run
   * @throws io.runlake.flavor.ModelException if the text is no model URI
   */
  public static Optional<Baseline> baseline(Runlake runlake, String modelUri) {
    ModelUri uri = ModelUri.parse(modelUri);
    if (uri instanceof ModelUri.Alias alias
        && runlake.registry().aliased(alias.name(), alias.alias()).isEmpty()) {
      return Optional.empty();
    }
    ResolvedModel resolved;
    try {
      resolved = runlake.registry().resolve(uri);
    } catch (TrackingException e) {
      if (e.errorCode() == ErrorCode.RESOURCE_DOES_NOT_EXIST) {
        return Optional.empty();
      }
      throw e;
    }
    return resolved.runId().flatMap(runlake::getRun).map(run -> baseline(modelUri, run));
  }

  private static Baseline baseline(String name, Run run) {
    Map<String, Double> metrics = new HashMap<>();
    run.metrics().forEach((key, metric) -> metrics.put(key, metric.value()));
    return new Baseline(name, metrics);
  }
}
