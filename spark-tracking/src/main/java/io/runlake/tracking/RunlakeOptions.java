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
 * @param flushEvery how long a change may wait before it goes to the store; it is durable one
 *     commit later, so about that long after it was logged. Longer means fewer and larger files
 * @param flushAt how many changes of a run may wait before they go to the store
 * @param lease how long a run counts as alive after its process last said so; it says so every
 *     third of that
 * @param maxWaitingPoints how many metric points of all runs may wait for a store that does not
 *     take them; further ones are refused
 */
public record RunlakeOptions(
    Clock clock,
    boolean truncateLongValues,
    Duration flushEvery,
    int flushAt,
    Duration lease,
    int maxWaitingPoints) {
  private static final long POINT_BYTES = 128;
  private static final int MOST_POINTS = 1_000_000;

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
    if (maxWaitingPoints < 1) {
      throw new IllegalArgumentException(
          "maxWaitingPoints must be at least 1: " + maxWaitingPoints);
    }
  }

  /**
   * The system's clock, cut long values, half a second or 1000 changes, a lease of 10 minutes, and
   * as many waiting points as take an eighth of the greatest heap, but at most a million.
   */
  public static RunlakeOptions defaults() {
    long points = Runtime.getRuntime().maxMemory() / 8 / POINT_BYTES;
    return new RunlakeOptions(
        Clock.systemUTC(),
        true,
        Duration.ofMillis(500),
        1000,
        Duration.ofMinutes(10),
        (int) Math.min(MOST_POINTS, points));
  }

  public RunlakeOptions withClock(Clock value) {
    return new RunlakeOptions(
        value, truncateLongValues, flushEvery, flushAt, lease, maxWaitingPoints);
  }

  public RunlakeOptions withTruncateLongValues(boolean value) {
    return new RunlakeOptions(clock, value, flushEvery, flushAt, lease, maxWaitingPoints);
  }

  public RunlakeOptions withFlushEvery(Duration value) {
    return new RunlakeOptions(clock, truncateLongValues, value, flushAt, lease, maxWaitingPoints);
  }

  public RunlakeOptions withFlushAt(int value) {
    return new RunlakeOptions(
        clock, truncateLongValues, flushEvery, value, lease, maxWaitingPoints);
  }

  public RunlakeOptions withLease(Duration value) {
    return new RunlakeOptions(
        clock, truncateLongValues, flushEvery, flushAt, value, maxWaitingPoints);
  }

  public RunlakeOptions withMaxWaitingPoints(int value) {
    return new RunlakeOptions(clock, truncateLongValues, flushEvery, flushAt, lease, value);
  }
}
