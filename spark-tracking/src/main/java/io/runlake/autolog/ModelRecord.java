package io.runlake.autolog;

import java.util.List;
import java.util.Map;

/**
 * What a run keeps of a fitted model's training summary.
 *
 * @param metrics {@code training_<metric>}, with the stage's name in front where two stages have it
 * @param steppedMetrics such as {@code objectiveHistory}; the value at index i belongs to step i
 */
public record ModelRecord(Map<String, Double> metrics, Map<String, List<Double>> steppedMetrics) {
  public ModelRecord {
    metrics = Map.copyOf(metrics);
    steppedMetrics = Map.copyOf(steppedMetrics);
  }
}
