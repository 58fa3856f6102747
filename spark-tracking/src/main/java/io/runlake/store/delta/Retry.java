package io.runlake.store.delta;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * How long and how often a commit is tried again: pauses grow from some milliseconds to a second,
 * each a random part of its bound, so that writers that met once do not meet again. After a
 * conflict they do not grow beyond some times what the attempt took: another writer has got through
 * in that time, so the next one may, and on a fast disk a second of waiting is a hundred commits of
 * others.
 *
 * @param conflicts how long others may win
 * @param failures how long the storage may fail
 * @param nanoTime a clock that only serves to measure
 */
record Retry(Duration conflicts, Duration failures, LongSupplier nanoTime, Pause pause) {
  private static final long FIRST_MILLIS = 4;
  private static final long LONGEST_MILLIS = 1000;

  /** About as many writers take turns with pauses of so many attempts. */
  private static final int ATTEMPTS_OF_OTHERS = 8;

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
    private long attemptStart;
    private int count;

    private Attempts(long start) {
      this.start = start;
      this.attemptStart = start;
    }

    /**
     * Waits before the next attempt after others won. The storage has answered, so that a later
     * failure of its is the first one again.
     *
     * @return false if others have won for as long as is allowed
     */
    boolean afterConflict() throws InterruptedException {
      failingSince = OptionalLong.empty();
      long took = Duration.ofNanos(nanoTime.getAsLong() - attemptStart).toMillis();
      return again(start, conflicts, Math.max(FIRST_MILLIS, ATTEMPTS_OF_OTHERS * took));
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
      return again(failingSince.getAsLong(), failures, LONGEST_MILLIS);
    }

    private boolean again(long since, Duration limit, long longest) throws InterruptedException {
      if (nanoTime.getAsLong() - since >= limit.toNanos()) {
        return false;
      }
      long grown = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(count, 10));
      count++;
      pause.millis(1 + ThreadLocalRandom.current().nextLong(Math.min(grown, longest)));
      attemptStart = nanoTime.getAsLong();
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
