package io.runlake.autolog;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of a fitted model: what its training summary says, and the models inside it.
 *
 * @param className the JVM class
 * @param estimator the class of the estimator that made it; empty text if it does not say
 * @param summary single figures of its training summary by their names in Spark; empty without one
 * @param stepped figures with one value per iteration, such as {@code objectiveHistory}
 * @param tables what is known beside figures
 * @param stages the stages of a pipeline model in order, or the best model of a tuning model
 */
public record FittedModelFacts(
    String className,
    String estimator,
    Map<String, Double> summary,
    Map<String, List<Double>> stepped,
    ModelTables tables,
    List<FittedModelFacts> stages) {
  public FittedModelFacts {
    Objects.requireNonNull(className, "className");
    Objects.requireNonNull(estimator, "estimator");
    Objects.requireNonNull(tables, "tables");
    summary = Map.copyOf(summary);
    stepped = Map.copyOf(stepped);
    stages = List.copyOf(stages);
  }

  /** The name under which its estimator's params stand, as far as it can be told. */
  String name() {
    if (!estimator.isEmpty()) {
      return EstimatorFacts.simpleName(estimator);
    }
    String name = EstimatorFacts.simpleName(className);
    return name.endsWith("Model") ? name.substring(0, name.length() - "Model".length()) : name;
  }
}
