package io.runlake.tracking;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;

/**
 * How runs are written.
 *
 * @param clock what time it is
 * @param truncateLongValues whether param and tag values past MLflow's limit are cut, with one
 *     warning, or refused
 * @param flushEvery how long a change may wait before it is written
 * @param flushAt how many changes of a run may wait before they are written
 * @param lease how long a run counts as alive after its process last said so; it says so every
 *     third of that
 */
public record RunlakeOptions(
    Clock clock, boolean truncateLongValues, Duration flushEvery, int flushAt, Duration lease) {
  public RunlakeOptions {
    Objects.requireNonNull(clock, "clock");
    if (flushEvery.isNegative() || flushEvery.isZero()) {
      throw new IllegalArgumentException("flushEvery must be positive: " + flushEvery);
    }
    if (flushAt < 1) {
      throw new IllegalArgumentException("flushAt must be at least 1: " + flushAt);
    }
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease must be positive: " + lease);
    }
  }

  /** The system's clock, cut long values, 2 seconds or 1000 changes, a lease of 10 minutes. */
  public static RunlakeOptions defaults() {
    return new RunlakeOptions(
        Clock.systemUTC(), true, Duration.ofSeconds(2), 1000, Duration.ofMinutes(10));
  }

  public RunlakeOptions withClock(Clock value) {
    return new RunlakeOptions(value, truncateLongValues, flushEvery, flushAt, lease);
  }

  public RunlakeOptions withTruncateLongValues(boolean value) {
    return new RunlakeOptions(clock, value, flushEvery, flushAt, lease);
  }

  public RunlakeOptions withFlushEvery(Duration value) {
    return new RunlakeOptions(clock, truncateLongValues, value, flushAt, lease);
  }

  public RunlakeOptions withFlushAt(int value) {
    return new RunlakeOptions(clock, truncateLongValues, flushEvery, value, lease);
  }

  public RunlakeOptions withLease(Duration value) {
    return new RunlakeOptions(clock, truncateLongValues, flushEvery, flushAt, value);
  }
}
