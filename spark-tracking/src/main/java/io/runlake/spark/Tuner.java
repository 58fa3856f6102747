package io.runlake.spark;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.ml.tuning.ValidatorParams;

/**
 * What Spark's tuning estimators, and their models, have in common.
 *
 * @param averaged whether the result of a map is the mean over folds
 * @param results of the maps, in their order; empty before the search is over
 * @param bestModel empty before the search is over
 */
record Tuner(
    String uid,
    Estimator<?> estimator,
    List<ParamMap> maps,
    Evaluator evaluator,
    boolean averaged,
    List<Double> results,
    Optional<Model<?>> bestModel) {

  /** The search that an estimator is or a model came from; empty if it is another kind. */
  static Optional<Tuner> of(Object known) {
    if (known instanceof CrossValidatorModel model) {
      return Optional.of(over(model, true, model.avgMetrics(), Optional.of(model.bestModel())));
    }
    if (known instanceof TrainValidationSplitModel model) {
      return Optional.of(
          over(model, false, model.validationMetrics(), Optional.of(model.bestModel())));
    }
    if (known instanceof Estimator<?> && known instanceof ValidatorParams search) {
      boolean averaged = search instanceof CrossValidator;
      return Optional.of(over(search, averaged, new double[0], Optional.empty()));
    }
    return Optional.empty();
  }

  private static Tuner over(
      ValidatorParams search, boolean averaged, double[] results, Optional<Model<?>> bestModel) {
    return new Tuner(
        search.uid(),
        search.getEstimator(),
        List.of(search.getEstimatorParamMaps()),
        search.getEvaluator(),
        averaged,
        Arrays.stream(results).boxed().toList(),
        bestModel);
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
