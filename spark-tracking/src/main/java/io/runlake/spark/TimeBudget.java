package io.runlake.spark;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * How long a thread of the user's waits for pieces of work of Runlake's; once it has waited so long
 * in vain, it waits for none after it. The work is done on daemon threads that have the local
 * properties and the session of their caller, so neither what they hang in nor an interrupt that
 * they leave behind reaches the caller, who goes on. They end by themselves when they can, and what
 * one budget is given is done in order, also when nobody waits any more.
 *
 * <p>For one thread at a time.
 */
final class TimeBudget {
  /** What is waited while something goes on that an earlier caller has waited for in vain. */
  private static final Duration BESIDE_A_HANG = Duration.ofMillis(100);

  /** Each is a thread; where so many hang, nothing more is given to threads. */
  private static final int MOST_LEFT = 64;

  private static final AtomicInteger LEFT = new AtomicInteger();

  /** Those of them that were to give something. */
  private static final AtomicInteger LEFT_CALLS = new AtomicInteger();

  private final Duration all;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private boolean usedUp;

  TimeBudget(Duration all) {
    this.all = all;
  }

  /** Nobody waits for it any more, and it is still being done: so far nothing is lost. */
  static final class Late extends TimeoutException {
    private static final long serialVersionUID = 1L;

    Late(String message) {
      super(message);
    }
  }

  /** How many pieces of work go on that nobody waits for any more. */
  static int left() {
    return LEFT.get();
  }

  /** Waits until nothing goes on that nobody waits for, for so long at most. */
  static void awaitNoneLeft(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (left() > 0
        && System.nanoTime() - deadline < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Whether so many hang that there should not be more. */
  static boolean tooManyLeft() {
    return LEFT.get() >= MOST_LEFT;
  }

  /**
   * Does this and waits for what comes of it: for the whole budget, also where something else
   * hangs, unless that is such a call too. An interrupt of the caller meanwhile is kept for after
   * the wait.
   *
   * @throws TimeoutException if the budget is used up: what comes of it later is lost; else
   *     whatever the work throws
   */
  <T> T call(Callable<T> work) throws Throwable {
    CompletableFuture<T> done = start(work);
    try {
      return await(done, LEFT_CALLS.get() > 0);
    } catch (TimeoutException late) {
      LEFT_CALLS.incrementAndGet();
      leave(done, lost -> {});
      done.whenComplete((result, failure) -> LEFT_CALLS.decrementAndGet());
      throw late;
    }
  }

  /**
   * As {@link #call}, for work without a result, which is not lost when it is late.
   *
   * @throws Late if the budget is used up; should the work fail later, the user is told then
   */
  void run(Runnable work) throws Throwable {
    CompletableFuture<Void> done =
        start(
            () -> {
              work.run();
              return null;
            });
    try {
      await(done, LEFT.get() > 0);
    } catch (TimeoutException late) {
      leave(done, failure -> Guard.failed("what was not waited for could not be logged", failure));
      throw new Late(late.getMessage());
    }
  }

  private <T> CompletableFuture<T> start(Callable<T> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    CompletableFuture<?> before = last;
    Thread helper =
        new Thread(
            () -> {
              before.handle((result, failure) -> null).join();
              try {
                done.complete(work.call());
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            },
            "runlake-fit");
    helper.setDaemon(true);
    helper.start();
    last = done;
    return done;
  }

  private <T> T await(CompletableFuture<T> done, boolean besideAHang) throws Throwable {
    Duration wait = wait(besideAHang);
    long began = System.nanoTime();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return Patience.get(done, wait.minusNanos(System.nanoTime() - began));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw e.getCause();
    } catch (TimeoutException e) {
      usedUp = true;
      throw new TimeoutException(
          "it took longer than its budget of " + wait.toMillis() / 1000.0 + " s");
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Duration wait(boolean besideAHang) {
    if (usedUp) {
      return Duration.ZERO;
    }
    return besideAHang && all.compareTo(BESIDE_A_HANG) > 0 ? BESIDE_A_HANG : all;
  }

  private static void leave(CompletableFuture<?> undone, Consumer<Throwable> onFailure) {
    LEFT.incrementAndGet();
    undone.whenComplete(
        (result, failure) -> {
          if (failure != null) {
            onFailure.accept(failure);
          }
          LEFT.decrementAndGet();
        });
  }
}
