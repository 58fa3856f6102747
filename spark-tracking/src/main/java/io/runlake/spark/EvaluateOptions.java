package io.runlake.spark;

import io.runlake.tracking.RunLog;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.Transformer;

/**
 * Which columns of the predictions are what, and where the result is logged.
 *
 * @param labelCol the true values
 * @param predictionCol the predicted values, or the cluster
 * @param scoreCol a score for each class, as a vector or an array; empty for {@code probability},
 *     else {@code rawPrediction}, where there is such a column
 * @param featuresCol the features, of a clustering
 * @param prefix stands in front of the names of metrics and files, such as {@code test_}
 * @param run where the result is logged; empty for the run of the model, else the run that the
 *     thread is in
 * @param model the model, as {@code fit} returned it, whose run the result belongs to
 */
public record EvaluateOptions(
    String labelCol,
    String predictionCol,
    Optional<String> scoreCol,
    String featuresCol,
    String prefix,
    Optional<RunLog> run,
    Optional<Transformer> model) {
  public EvaluateOptions {
    Objects.requireNonNull(labelCol, "labelCol");
    Objects.requireNonNull(predictionCol, "predictionCol");
    Objects.requireNonNull(scoreCol, "scoreCol");
    Objects.requireNonNull(featuresCol, "featuresCol");
    Objects.requireNonNull(prefix, "prefix");
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(model, "model");
  }

  /** Spark's own column names; no prefix. */
  public static EvaluateOptions defaults() {
    return new EvaluateOptions(
        "label",
        "prediction",
        Optional.empty(),
        "features",
        "",
        Optional.empty(),
        Optional.empty());
  }

  public EvaluateOptions withLabelCol(String value) {
    return new EvaluateOptions(value, predictionCol, scoreCol, featuresCol, prefix, run, model);
  }

  public EvaluateOptions withPredictionCol(String value) {
    return new EvaluateOptions(labelCol, value, scoreCol, featuresCol, prefix, run, model);
  }

  /** A column of probabilities if it is called so, or lies between 0 and 1 by its own account. */
  public EvaluateOptions withScoreCol(String value) {
    return new EvaluateOptions(
        labelCol, predictionCol, Optional.of(value), featuresCol, prefix, run, model);
  }

  public EvaluateOptions withFeaturesCol(String value) {
    return new EvaluateOptions(labelCol, predictionCol, scoreCol, value, prefix, run, model);
  }

  public EvaluateOptions withPrefix(String value) {
    return new EvaluateOptions(labelCol, predictionCol, scoreCol, featuresCol, value, run, model);
  }

  public EvaluateOptions withRun(RunLog value) {
    return new EvaluateOptions(
        labelCol, predictionCol, scoreCol, featuresCol, prefix, Optional.of(value), model);
  }

  public EvaluateOptions withModel(Transformer value) {
    return new EvaluateOptions(
        labelCol, predictionCol, scoreCol, featuresCol, prefix, run, Optional.of(value));
  }
}
