package io.runlake.spark;

import io.runlake.autolog.FittedModelFacts;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.clustering.LDAModel;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;

/** Walks through a fitted model and the models inside it, with the data that reached each. */
final class FittedStages {
  private FittedStages() {}

  static FittedModelFacts read(Object model, boolean withJobs, TrainingData data) {
    return SummaryReader.read(model, withJobs, data, inside(model, withJobs, data));
  }

  private static List<FittedModelFacts> inside(Object model, boolean withJobs, TrainingData data) {
    List<FittedModelFacts> facts = new ArrayList<>();
    if (model instanceof PipelineModel pipeline) {
      return stages(pipeline.stages(), withJobs, data);
    }
    if (model instanceof CrossValidatorModel tuned) {
      facts.add(read(tuned.bestModel(), withJobs, data));
    } else if (model instanceof TrainValidationSplitModel tuned) {
      facts.add(read(tuned.bestModel(), withJobs, data));
    } else if (model instanceof OneVsRestModel classes) {
      // One file for each of a hundred classes would say nothing to anybody.
      for (Object binary : classes.models()) {
        facts.add(SummaryReader.figuresOnly(binary, withJobs));
      }
    }
    return facts;
  }

  private static List<FittedModelFacts> stages(
      Transformer[] stages, boolean withJobs, TrainingData data) {
    int last = stages.length - 1;
    while (last >= 0 && !asksForData(stages[last])) {
      last--;
    }
    List<FittedModelFacts> facts = new ArrayList<>();
    TrainingData reaching = data;
    for (int i = 0; i < stages.length; i++) {
      facts.add(read(stages[i], withJobs, i <= last ? reaching : TrainingData.unknown()));
      if (i < last) {
        reaching = reaching.after(stages[i]);
      }
    }
    return facts;
  }

  /** Following the data through the stages takes some time, so that is done where it is of use. */
  private static boolean asksForData(Transformer stage) {
    return WeightsReader.has(stage)
        || stage instanceof LDAModel
        || stage instanceof PipelineModel
        || stage instanceof CrossValidatorModel
        || stage instanceof TrainValidationSplitModel;
  }

  /** The class of the estimator that made a model; empty text if the model does not say. */
  static String estimator(Object model) {
    return model instanceof Model<?> fitted && fitted.hasParent()
        ? fitted.parent().getClass().getName()
        : "";
  }
}
