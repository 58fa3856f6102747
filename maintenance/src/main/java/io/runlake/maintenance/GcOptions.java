package io.runlake.maintenance;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * What may go for good.
 *
 * @param olderThan how long ago it must have been deleted
 * @param dryRun look only
 */
public record GcOptions(Duration olderThan, boolean dryRun, Clock clock) {
  /** What was deleted before this instant goes. */
  Instant cutoff() {
    return clock.instant().minus(olderThan);
  }
}
