package io.runlake.autolog;

import java.util.List;
import java.util.Map;

/**
 * What a run keeps of a fitted model.
 *
 * @param metrics {@code training_<metric>}, with the stage's name in front where two stages have it
 * @param steppedMetrics such as {@code objectiveHistory}; the value at index i belongs to step i
 * @param artifacts text files by their path, such as {@code feature_importance.json}
 */
public record ModelRecord(
    Map<String, Double> metrics,
    Map<String, List<Double>> steppedMetrics,
    Map<String, String> artifacts) {
  public ModelRecord {
    metrics = Map.copyOf(metrics);
    steppedMetrics = Map.copyOf(steppedMetrics);
    artifacts = Map.copyOf(artifacts);
  }

  /** Nothing is kept. */
  public static ModelRecord none() {
    return new ModelRecord(Map.of(), Map.of(), Map.of());
  }
}
