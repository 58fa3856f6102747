package io.runlake.evaluate;

import java.util.Map;
import java.util.Objects;

/**
 * What a model is compared with.
 *
 * @param name what it is called in reasons, such as {@code models:/occupancy@champion}
 * @param metrics its metrics, under the names that the candidate's have
 */
public record Baseline(String name, Map<String, Double> metrics) {
  public Baseline {
    Objects.requireNonNull(name, "name");
    metrics = Map.copyOf(metrics);
  }

  /** The metrics of another evaluation. */
  public static Baseline of(String name, Evaluation evaluation) {
    return new Baseline(name, evaluation.metrics());
  }
}
