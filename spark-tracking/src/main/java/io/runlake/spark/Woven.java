package io.runlake.spark;

import java.util.function.BiConsumer;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;

/** The one hook of all woven calls: tells fits, param maps, transforms and evaluations apart. */
final class Woven {
  private Woven() {}

  /**
   * At the start of a call.
   *
   * @return what hears of its end; null if nobody has to
   */
  static BiConsumer<Object, Throwable> called(Object on, Object with) {
    if (on instanceof WeavingProbe probe) {
      probe.reached();
      return null;
    }
    if (with instanceof ParamMap map) {
      return TuningWatch.fittingWith(map);
    }
    if (!(with instanceof Dataset<?> data)) {
      return null;
    }
    if (on instanceof Estimator<?> estimator) {
      return Fits.fitting(estimator, data);
    }
    if (on instanceof Evaluator evaluator) {
      return Evaluations.evaluating(evaluator, data);
    }
    return on instanceof Model<?> model ? Predictions.transforming(model, data) : null;
  }
}
