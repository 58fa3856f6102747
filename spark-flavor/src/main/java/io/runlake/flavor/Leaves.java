package io.runlake.flavor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.RFormulaModel;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;

/**
 * The stages that do the work, in order. Pipelines within pipelines, tuned models and formulas are
 * taken apart: transforming by their parts, one after the other, is transforming by them.
 */
final class Leaves {
  private static final List<String> INPUTS =
      List.of("inputCol", "inputCols", "featuresCol", "userCol", "itemCol", "itemsCol");
  private static final List<String> OUTPUTS =
      List.of(
          "outputCol",
          "outputCols",
          "predictionCol",
          "probabilityCol",
          "rawPredictionCol",
          "topicDistributionCol",
          "leafCol",
          "quantilesCol",
          "linkPredictionCol",
          "varianceCol");

  private Leaves() {}

  static List<Transformer> of(Transformer model) {
    List<Transformer> leaves = new ArrayList<>();
    collect(model, leaves);
    return leaves;
  }

  private static void collect(Transformer model, List<Transformer> leaves) {
    if (model instanceof PipelineModel pipeline) {
      for (Transformer stage : pipeline.stages()) {
        collect(stage, leaves);
      }
    } else if (model instanceof CrossValidatorModel tuned) {
      collect(tuned.bestModel(), leaves);
    } else if (model instanceof TrainValidationSplitModel tuned) {
      collect(tuned.bestModel(), leaves);
    } else if (model instanceof RFormulaModel formula) {
      collect(formula.pipelineModel(), leaves);
    } else {
      leaves.add(model);
    }
  }

  /** The columns that a stage names as its input. */
  static List<String> inputs(PipelineStage stage) {
    return columns(stage, INPUTS);
  }

  /** The columns that a stage names as its output; empty names mean none. */
  static List<String> outputs(PipelineStage stage) {
    return columns(stage, OUTPUTS);
  }

  private static List<String> columns(PipelineStage stage, List<String> names) {
    List<String> columns = new ArrayList<>();
    for (String name : names) {
      // the name of a single output column has a default even where several are set
      Optional<Object> value =
          value(stage, name + "s").isPresent() ? Optional.empty() : value(stage, name);
      if (value.isPresent() && value.get() instanceof String[] several) {
        columns.addAll(Arrays.asList(several));
      } else if (value.isPresent() && value.get() instanceof String single && !single.isEmpty()) {
        columns.add(single);
      }
    }
    return columns;
  }

  /** A parameter that is a text and not empty. */
  static Optional<String> text(PipelineStage stage, String name) {
    return value(stage, name)
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .filter(text -> !text.isEmpty());
  }

  /** A parameter that is set or has a default. */
  static Optional<Object> value(PipelineStage stage, String name) {
    if (!stage.hasParam(name)) {
      return Optional.empty();
    }
    Param<Object> param = stage.getParam(name);
    return stage.isDefined(param)
        ? Optional.ofNullable(stage.getOrDefault(param))
        : Optional.empty();
  }
}
