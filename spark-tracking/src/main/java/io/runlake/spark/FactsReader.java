package io.runlake.spark;

import io.runlake.autolog.EstimatorFacts;
import io.runlake.autolog.FittedModelFacts;
import io.runlake.autolog.UsedColumns;
import io.runlake.store.DatasetRef;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;

/**
 * Copies facts out of Spark's objects. Runs no Spark job unless asked to. What the user's own
 * classes throw while they are read is caught and stands in the facts.
 */
final class FactsReader {
  private FactsReader() {}

  /** The estimator with its params and the stages inside it. */
  static EstimatorFacts estimator(Estimator<?> estimator) {
    return new ParamReader().read(estimator);
  }

  /** An evaluator, or anything else that has params. */
  static EstimatorFacts params(Params holder) {
    return new ParamReader().read(holder);
  }

  /**
   * The training summaries and weights of a fitted model and of the models inside it.
   *
   * @param withJobs whether figures that need Spark jobs are wanted as well
   * @param data what the model was trained on
   */
  static FittedModelFacts model(Object model, boolean withJobs, TrainingData data) {
    return FittedStages.read(model, withJobs, data);
  }

  /** What the data of a fit is read from, for the context {@code train}. */
  static List<DatasetRef> inputs(Dataset<?> data) {
    return inputs(data, "train");
  }

  /** The same, with the columns that the estimator reads. */
  static List<DatasetRef> inputs(Dataset<?> data, EstimatorFacts estimator) {
    return new InputReader("train", UsedColumns.of(estimator)).read(data);
  }

  /**
   * What the data is read from, by its analysed plan.
   *
   * @param context {@code train}, {@code eval} or {@code score}
   */
  static List<DatasetRef> inputs(Dataset<?> data, String context) {
    return new InputReader(context, Optional.empty()).read(data);
  }
}
