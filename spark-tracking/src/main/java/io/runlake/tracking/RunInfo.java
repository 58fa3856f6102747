package io.runlake.tracking;

import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * What a run is, apart from what was logged to it.
 *
 * @param name empty text if it has none
 * @param statusMessage why it ended so, such as the error of a FAILED run
 * @param startTime empty only where the row that created the run is missing
 * @param endTime empty while it runs
 * @param user who started it; empty text if that is not known
 * @param source the program or notebook it came from; empty text if that is not known
 * @param artifactUri the folder of its files, a Hadoop path; empty text if that is not known
 * @param deleted whether it, or its experiment, was deleted; both can be restored
 */
public record RunInfo(
    RunId id,
    ExperimentId experimentId,
    String name,
    RunStatus status,
    Optional<String> statusMessage,
    Optional<Instant> startTime,
    Optional<Instant> endTime,
    String user,
    String source,
    String artifactUri,
    boolean deleted) {

  /** How long it ran, in milliseconds; empty while it runs. */
  public Optional<Long> durationMillis() {
    return startTime.flatMap(
        start -> endTime.map(end -> end.toEpochMilli() - start.toEpochMilli()));
  }
}
