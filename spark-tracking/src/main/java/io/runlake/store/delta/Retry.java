package io.runlake.store.delta;

import java.time.Duration;
import java.util.OptionalLong;
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
    private OptionalLong failingSince = OptionalLong.empty();
    private int count;

    private Attempts(long start) {
      this.start = start;
    }

    /**
     * Waits before the next attempt after others won. The storage has answered, so that a later
     * failure of its is the first one again.
     *
     * @return false if others have won for as long as is allowed
     */
    boolean afterConflict() throws InterruptedException {
      failingSince = OptionalLong.empty();
      return again(start, conflicts);
    }

    /**
     * Waits before the next attempt after the storage failed.
     *
     * @return false if it has failed, without an answer between, for as long as is allowed
     */
    boolean afterFailure() throws InterruptedException {
      if (failingSince.isEmpty()) {
        failingSince = OptionalLong.of(nanoTime.getAsLong());
      }
      return again(failingSince.getAsLong(), failures);
    }

    private boolean again(long since, Duration limit) throws InterruptedException {
      if (nanoTime.getAsLong() - since >= limit.toNanos()) {
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
