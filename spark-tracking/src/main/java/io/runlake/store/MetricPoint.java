package io.runlake.store;

import java.util.Objects;

/**
 * A row of {@code metrics}: one point of one metric of one run. The whole point is its key, so a
 * re-delivered point is an equal row and counts once.
 */
public record MetricPoint(ExperimentId experimentId, RunId runId, String key, MetricValue value) {
  public MetricPoint {
    Objects.requireNonNull(experimentId, "experimentId");
    Objects.requireNonNull(runId, "runId");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
  }
}
