package io.runlake.spark;

import io.runlake.autolog.FittedModelFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.BinaryClassificationSummary;
import org.apache.spark.ml.classification.ClassificationSummary;
import org.apache.spark.ml.classification.RandomForestClassificationSummary;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.ml.clustering.BisectingKMeansSummary;
import org.apache.spark.ml.clustering.ClusteringSummary;
import org.apache.spark.ml.clustering.GaussianMixtureSummary;
import org.apache.spark.ml.clustering.KMeansSummary;
import org.apache.spark.ml.regression.GeneralizedLinearRegressionTrainingSummary;
import org.apache.spark.ml.regression.LinearRegressionTrainingSummary;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.ml.util.Identifiable;

/**
 * Reads training summaries. Most figures of a summary are computed from the training data when they
 * are first asked for, which runs Spark jobs; those that training leaves behind are free. A figure
 * that one of Spark's evaluators computes too has the evaluator's name for it.
 */
final class SummaryReader {
  private static final int MAX_ITERATIONS = 100_000;

  private final boolean withJobs;
  private final Map<String, Double> summary = new LinkedHashMap<>();
  private final Map<String, List<Double>> stepped = new LinkedHashMap<>();

  private SummaryReader(boolean withJobs) {
    this.withJobs = withJobs;
  }

  static FittedModelFacts read(Object model, boolean withJobs) {
    SummaryReader reader = new SummaryReader(withJobs);
    try {
      if (model instanceof HasTrainingSummary<?> has && has.hasSummary()) {
        reader.read(has.summary());
      }
    } catch (Throwable e) {
      // A summary that cannot be had is none.
    }
    List<FittedModelFacts> stages = new ArrayList<>();
    for (Object stage : stagesOf(model)) {
      stages.add(read(stage, withJobs));
    }
    return new FittedModelFacts(
        model.getClass().getName(), uid(model), reader.summary, reader.stepped, stages);
  }

  private static List<Object> stagesOf(Object model) {
    if (model instanceof PipelineModel pipeline) {
      List<Object> stages = new ArrayList<>();
      for (Transformer stage : pipeline.stages()) {
        stages.add(stage);
      }
      return stages;
    }
    if (model instanceof CrossValidatorModel tuned) {
      return List.of(tuned.bestModel());
    }
    return model instanceof TrainValidationSplitModel tuned
        ? List.of(tuned.bestModel())
        : List.of();
  }

  private static String uid(Object model) {
    return model instanceof Identifiable named ? named.uid() : model.getClass().getName();
  }

  private void read(Object of) {
    if (of instanceof LinearRegressionTrainingSummary linear) {
      history(linear::objectiveHistory, linear::totalIterations);
      linear(linear);
    }
    // A forest has these two as well, but they say nothing: no iterations, a history of one zero.
    if (of instanceof TrainingSummary training
        && !(of instanceof RandomForestClassificationSummary)) {
      history(training::objectiveHistory, training::totalIterations);
    }
    if (of instanceof ClusteringSummary clustering) {
      clustering(clustering);
    }
    if (of instanceof GeneralizedLinearRegressionTrainingSummary generalized) {
      generalized(generalized);
    }
    if (of instanceof ClassificationSummary classification && withJobs) {
      classification(classification);
    }
  }

  private void history(Callable<double[]> history, Callable<Number> iterations) {
    figure("totalIterations", iterations);
    try {
      double[] values = history.call();
      List<Double> steps = new ArrayList<>();
      for (int i = 0; i < Math.min(values.length, MAX_ITERATIONS); i++) {
        steps.add(values[i]);
      }
      if (!steps.isEmpty()) {
        stepped.put("objectiveHistory", steps);
      }
    } catch (Throwable e) {
      // Solvers that do not iterate have no history.
    }
  }

  private void linear(LinearRegressionTrainingSummary linear) {
    figure("rmse", linear::rootMeanSquaredError);
    figure("mse", linear::meanSquaredError);
    figure("r2", linear::r2);
    figure("mae", linear::meanAbsoluteError);
    figure("r2adj", linear::r2adj);
    figure("explainedVariance", linear::explainedVariance);
  }

  private void clustering(ClusteringSummary clustering) {
    figure("numIter", clustering::numIter);
    if (clustering instanceof KMeansSummary means) {
      figure("trainingCost", means::trainingCost);
    } else if (clustering instanceof BisectingKMeansSummary means) {
      figure("trainingCost", means::trainingCost);
    } else if (clustering instanceof GaussianMixtureSummary mixture) {
      figure("logLikelihood", mixture::logLikelihood);
    }
  }

  private void generalized(GeneralizedLinearRegressionTrainingSummary generalized) {
    figure("numIterations", generalized::numIterations);
    if (withJobs) {
      figure("degreesOfFreedom", generalized::degreesOfFreedom);
      figure("deviance", generalized::deviance);
      figure("nullDeviance", generalized::nullDeviance);
      figure("dispersion", generalized::dispersion);
      figure("aic", generalized::aic);
    }
  }

  private void classification(ClassificationSummary classification) {
    figure("accuracy", classification::accuracy);
    figure("f1", classification::weightedFMeasure);
    figure("weightedPrecision", classification::weightedPrecision);
    figure("weightedRecall", classification::weightedRecall);
    if (classification instanceof BinaryClassificationSummary binary) {
      figure("areaUnderROC", binary::areaUnderROC);
    }
  }

  /** A figure that a solver does not offer throws, and is left out. */
  private void figure(String name, Callable<Number> figure) {
    try {
      summary.put(name, figure.call().doubleValue());
    } catch (Throwable e) {
      summary.remove(name);
    }
  }
}
