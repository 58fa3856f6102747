package io.runlake.tracking;

import io.runlake.store.ExperimentId;
import io.runlake.store.ExperimentRow;
import io.runlake.store.RunRow;
import java.time.Instant;
import java.util.Map;

/**
 * An experiment: the runs that belong together.
 *
 * @param artifactLocation the folder below which its runs keep their files, a Hadoop path
 * @param deleted whether it was deleted; it can be restored, and its runs count as deleted so long
 */
public record Experiment(
    ExperimentId id,
    String name,
    String artifactLocation,
    boolean deleted,
    Map<String, String> tags,
    Instant creationTime,
    Instant lastUpdateTime) {
  public Experiment {
    tags = Map.copyOf(tags);
  }

  static Experiment of(ExperimentRow row) {
    return new Experiment(
        row.experimentId(),
        row.name(),
        row.artifactLocation(),
        row.lifecycle().equals(RunRow.DELETED),
        row.tags(),
        row.creationTime(),
        row.lastUpdateTime());
  }
}
