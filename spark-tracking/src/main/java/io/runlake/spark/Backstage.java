package io.runlake.spark;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one daemon thread on which runs are started, written and ended, in order, so that no fit
 * waits for storage. Its queue is bounded; when it is full a caller waits for a while and then goes
 * on without.
 */
final class Backstage {
  private static final int CAPACITY = 4096;
  private static final long PATIENCE_SECONDS = 5;
  private static final ThreadPoolExecutor THREAD = executor();

  private Backstage() {}

  private static ThreadPoolExecutor executor() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1, 1, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(CAPACITY), Backstage::thread);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** Inherits nothing of the fitting thread: neither local properties of Spark nor its session. */
  private static Thread thread(Runnable work) {
    Thread thread = new Thread(null, work, "runlake-autolog", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(Backstage.class.getClassLoader());
    return thread;
  }

  /**
   * Does this later, after all that was given before.
   *
   * @param what what is not done if it fails, for the warning
   */
  static void later(String what, Runnable work) {
    Runnable guarded =
        () -> {
          try {
            work.run();
          } catch (Throwable e) {
            Guard.failed(what, e);
          }
        };
    try {
      THREAD.execute(guarded);
    } catch (RejectedExecutionException full) {
      laterStill(what, guarded, full);
    }
  }

  private static void laterStill(String what, Runnable work, RejectedExecutionException full) {
    try {
      if (!THREAD.getQueue().offer(work, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Guard.failed(what + ": the queue is full, since storage is too slow", full);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Guard.failed(what, e);
    }
  }

  /** Waits until what was given before is done; false if that takes longer. */
  static boolean await(Duration patience) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    later("waiting for what was logged", () -> reached.complete(null));
    try {
      reached.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
