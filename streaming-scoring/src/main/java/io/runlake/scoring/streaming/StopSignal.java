package io.runlake.scoring.streaming;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Why the query is to stop, if it is; the first reason stands. Thread-safe.
 *
 * <p>On SIGTERM the JVM runs Hadoop's shutdown hooks one after the other by priority. Ours comes
 * before Spark's, which would take the session away from under the batch.
 */
final class StopSignal implements AutoCloseable {
  /** Spark's hooks have at most 50. */
  private static final int BEFORE_SPARK = 100;

  private static final long INTERRUPTED_WITHIN_MILLIS = 1000;

  private final CountDownLatch ending = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Runnable hook;
  private volatile String reason;
  private volatile long since;

  StopSignal(Duration patience) {
    long seconds = exitPatience(patience).toSeconds();
    hook =
        () -> {
          request("the process was told to end (SIGTERM)");
          try {
            ended.await(seconds, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().addShutdownHook(hook, BEFORE_SPARK, seconds + 1, TimeUnit.SECONDS);
    }
  }

  /** How long the exit of the process waits for the query and its run to end. */
  static Duration exitPatience(Duration stopTimeout) {
    return stopTimeout.plusSeconds(10);
  }

  synchronized void request(String why) {
    if (reason == null) {
      since = System.nanoTime();
      reason = why;
    }
  }

  Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /** Says that Spark is told to stop the query, now. */
  void ending() {
    ending.countDown();
  }

  /**
   * For the query's thread, at a batch that is not to be done any more: waits until the query is
   * stopped. Spark interrupts this wait; if the interrupt came before, and someone swallowed it,
   * the wait ends by itself once the query counts as stopped.
   */
  void awaitEnd() throws InterruptedException {
    ending.await();
    TimeUnit.MILLISECONDS.sleep(INTERRUPTED_WITHIN_MILLIS);
    throw new InterruptedException("the query is stopped");
  }

  /** How long ago the stop was asked for. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  /** Lets the end of the process go on: the query and its run have ended. */
  @Override
  public void close() {
    ended.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
