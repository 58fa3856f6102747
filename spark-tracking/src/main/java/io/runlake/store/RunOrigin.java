package io.runlake.store;

import java.time.Instant;
import java.util.Objects;

/**
 * What the row that creates a run says once.
 *
 * @param user who started it
 * @param source the program or notebook it came from
 * @param artifactUri the folder of its artifacts, a Hadoop path
 */
public record RunOrigin(String user, String source, Instant startTime, String artifactUri) {
  public RunOrigin {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(startTime, "startTime");
    Objects.requireNonNull(artifactUri, "artifactUri");
  }

  /** Column by column the greater, so that a re-delivered creation changes nothing. */
  RunOrigin merge(RunOrigin other) {
    return new RunOrigin(
        max(user, other.user),
        max(source, other.source),
        startTime.isAfter(other.startTime) ? startTime : other.startTime,
        max(artifactUri, other.artifactUri));
  }

  private static String max(String a, String b) {
    return Stamp.compare(a, b) >= 0 ? a : b;
  }
}
