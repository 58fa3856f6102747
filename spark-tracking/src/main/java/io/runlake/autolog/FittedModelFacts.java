package io.runlake.autolog;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is known of a fitted model: what its training summary says, and the models inside it.
 *
 * @param className the JVM class
 * @param uid Spark's identifier, which a model has from its estimator
 * @param summary single figures of its training summary by their names in Spark; empty without one
 * @param stepped figures with one value per iteration, such as {@code objectiveHistory}
 * @param stages the stages of a pipeline model in order, or the best model of a tuning model
 */
public record FittedModelFacts(
    String className,
    String uid,
    Map<String, Double> summary,
    Map<String, List<Double>> stepped,
    List<FittedModelFacts> stages) {
  public FittedModelFacts {
    Objects.requireNonNull(className, "className");
    Objects.requireNonNull(uid, "uid");
    summary = Map.copyOf(summary);
    stepped = Map.copyOf(stepped);
    stages = List.copyOf(stages);
  }
}
