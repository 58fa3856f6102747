package io.runlake.spark;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits on threads of the user's. {@link CompletableFuture#get} does more than that on a thread of
 * a {@code ForkJoinPool}, which Scala's futures have: it lets the pool start a worker in its place,
 * and the worker would inherit the local properties of the fit that waits, its token among them.
 */
final class Patience {
  private Patience() {}

  /** As {@link CompletableFuture#get(long, TimeUnit)}, without a word to the thread's pool. */
  static <T> T get(CompletableFuture<T> future, Duration patience)
      throws InterruptedException, ExecutionException, TimeoutException {
    CountDownLatch done = new CountDownLatch(1);
    future.whenComplete((result, failure) -> done.countDown());
    if (!done.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new TimeoutException();
    }
    return future.get();
  }
}
