package io.runlake.tracking;

import io.runlake.store.RunRow;
import java.time.Clock;

/**
 * The hybrid logical clock of one run: max(now, greatest seen + 1), in milliseconds. Guarded by
 * whoever holds it.
 */
final class RunClock {
  private final Clock clock;
  private long greatest;

  /**
   * @param seen what is known of the run so far
   */
  RunClock(Clock clock, RunRow seen) {
    this.clock = clock;
    this.greatest = seen.greatestStamp();
  }

  long next() {
    greatest = Math.max(clock.millis(), greatest + 1);
    return greatest;
  }
}
