package io.runlake.spark;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long a thread of the user's waits for a piece of work of Runlake's; once it has waited so
 * long in vain, it waits for none after it. The work is done on a daemon thread that has the local
 * properties and the session of its caller, so neither what it hangs in nor an interrupt that it
 * leaves behind reaches the caller, who goes on; the work ends by itself when it can.
 *
 * <p>For one thread at a time.
 */
final class TimeBudget {
  private final Duration all;
  private boolean usedUp;

  TimeBudget(Duration all) {
    this.all = all;
  }

  /**
   * Does this and waits for it. An interrupt of the caller meanwhile is kept for after the wait,
   * which is short.
   *
   * @throws TimeoutException if the budget is used up; else whatever the work throws
   */
  <T> T call(Callable<T> work) throws Throwable {
    FutureTask<T> task = new FutureTask<>(work);
    Thread helper = new Thread(task, "runlake-fit");
    helper.setDaemon(true);
    long began = System.nanoTime();
    helper.start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get(
              usedUp ? 0 : all.toNanos() - (System.nanoTime() - began), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause();
    } catch (TimeoutException e) {
      usedUp = true;
      throw new TimeoutException(
          "it took longer than its budget of " + all.toMillis() / 1000.0 + " s");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** As {@link #call}, for work without a result. */
  void run(Runnable work) throws Throwable {
    call(
        () -> {
          work.run();
          return null;
        });
  }
}
