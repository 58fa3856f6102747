package io.runlake.store;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A row of {@code experiments}: the full state of an experiment after a change.
 *
 * @param lifecycle {@link RunRow#ACTIVE} or {@link RunRow#DELETED}
 * @param revision the number of the change
 */
public record ExperimentRow(
    ExperimentId experimentId,
    String name,
    String artifactLocation,
    String lifecycle,
    Map<String, String> tags,
    Instant creationTime,
    Instant lastUpdateTime,
    long revision)
    implements StateRow {
  public ExperimentRow {
    Objects.requireNonNull(experimentId, "experimentId");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(artifactLocation, "artifactLocation");
    Objects.requireNonNull(lifecycle, "lifecycle");
    Objects.requireNonNull(creationTime, "creationTime");
    Objects.requireNonNull(lastUpdateTime, "lastUpdateTime");
    tags = Map.copyOf(tags);
  }

  @Override
  public ExperimentId key() {
    return experimentId;
  }
}
