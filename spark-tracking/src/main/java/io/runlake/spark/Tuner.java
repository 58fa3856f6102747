package io.runlake.spark;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;

/**
 * What Spark's two tuning estimators, and their models, have in common.
 *
 * @param averaged whether the result of a map is the mean over folds
 * @param results of the maps, in their order; empty before the search is over
 * @param bestModel null before the search is over
 */
record Tuner(
    String uid,
    Estimator<?> estimator,
    List<ParamMap> maps,
    Evaluator evaluator,
    boolean averaged,
    List<Double> results,
    Model<?> bestModel) {

  /** The search that an estimator is or a model came from; empty if it is another kind. */
  static Optional<Tuner> of(Object known) {
    if (known instanceof CrossValidator search) {
      return Optional.of(
          new Tuner(
              search.uid(),
              search.getEstimator(),
              List.of(search.getEstimatorParamMaps()),
              search.getEvaluator(),
              true,
              List.of(),
              null));
    }
    if (known instanceof TrainValidationSplit search) {
      return Optional.of(
          new Tuner(
              search.uid(),
              search.getEstimator(),
              List.of(search.getEstimatorParamMaps()),
              search.getEvaluator(),
              false,
              List.of(),
              null));
    }
    if (known instanceof CrossValidatorModel model) {
      return Optional.of(
          new Tuner(
              model.uid(),
              model.getEstimator(),
              List.of(model.getEstimatorParamMaps()),
              model.getEvaluator(),
              true,
              boxed(model.avgMetrics()),
              model.bestModel()));
    }
    if (known instanceof TrainValidationSplitModel model) {
      return Optional.of(
          new Tuner(
              model.uid(),
              model.getEstimator(),
              List.of(model.getEstimatorParamMaps()),
              model.getEvaluator(),
              false,
              boxed(model.validationMetrics()),
              model.bestModel()));
    }
    return Optional.empty();
  }

  private static List<Double> boxed(double[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }

  /** The map whose result Spark takes for the best: of equal ones the first. */
  OptionalInt best() {
    int best = -1;
    int sign = evaluator.isLargerBetter() ? 1 : -1;
    for (int i = 0; i < results.size(); i++) {
      if (best < 0 || sign * Double.compare(results.get(i), results.get(best)) > 0) {
        best = i;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }
}
