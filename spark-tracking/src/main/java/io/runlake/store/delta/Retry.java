package io.runlake.store.delta;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * How long and how often a commit is tried again: pauses grow from some milliseconds to a second,
 * each a random part of its bound, so that writers that met once do not meet again.
 *
 * @param conflicts how long others may win
 * @param failures how long the storage may fail
 * @param nanoTime a clock that only serves to measure
 */
record Retry(Duration conflicts, Duration failures, LongSupplier nanoTime, Pause pause) {
  private static final long FIRST_MILLIS = 4;
  private static final long LONGEST_MILLIS = 1000;

  /** Waits; replaced in tests. */
  @FunctionalInterface
  interface Pause {
    void millis(long millis) throws InterruptedException;
  }

  static Retry defaults() {
    return new Retry(
        Duration.ofSeconds(60), Duration.ofSeconds(15), System::nanoTime, Thread::sleep);
  }

  /** Starts to count. */
  Attempts begin() {
    return new Attempts(nanoTime.getAsLong());
  }

  /** The attempts at one change. */
  final class Attempts {
    private final long start;
    private int count;

    private Attempts(long start) {
      this.start = start;
    }

    /**
     * Waits before the next attempt.
     *
     * @return false if the time is up
     */
    boolean again(Duration limit) throws InterruptedException {
      if (elapsed().compareTo(limit) >= 0) {
        return false;
      }
      long bound = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(count, 10));
      count++;
      pause.millis(1 + ThreadLocalRandom.current().nextLong(bound));
      return true;
    }

    int count() {
      return count;
    }

    Duration elapsed() {
      return Duration.ofNanos(nanoTime.getAsLong() - start);
    }
  }
}
