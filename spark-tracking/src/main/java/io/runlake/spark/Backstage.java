package io.runlake.spark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The one daemon thread on which runs are started, written and ended, in order, so that no fit
 * waits for storage. What begins a run waits for room, for a moment, and is refused after that;
 * what goes on with one always finds room, so the queue is bounded by what has begun.
 *
 * <p>Storage may hang for ever. Then the thread is left behind with what it hangs in, and another
 * takes its place ({@link #abandon}).
 */
final class Backstage {
  private static final int CAPACITY = 4096;

  /** Part of what a fit may wait in all. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static volatile Backstage now = new Backstage();

  private final Semaphore room = new Semaphore(CAPACITY);
  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(1, 1, 30, TimeUnit.SECONDS, queue, Backstage::thread);
  private volatile Task current;

  private Backstage() {
    thread.allowCoreThreadTimeOut(true);
  }

  /** Something to do; what fails in it is a warning and no more. */
  private final class Task implements Runnable {
    private final String what;
    private final Runnable work;
    private final boolean tookRoom;

    Task(String what, Runnable work, boolean tookRoom) {
      this.what = what;
      this.work = work;
      this.tookRoom = tookRoom;
    }

    @Override
    public void run() {
      current = this;
      try {
        work.run();
      } catch (Throwable e) {
        // Of what was left behind, who left it has told.
        if (now == Backstage.this) {
          Guard.failed(what, e);
        }
      } finally {
        current = null;
        if (tookRoom) {
          room.release();
        }
      }
    }
  }

  /** Inherits nothing of the fitting thread: neither local properties of Spark nor its session. */
  private static Thread thread(Runnable work) {
    Thread thread = new Thread(null, work, "runlake-autolog", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(Backstage.class.getClassLoader());
    return thread;
  }

  /**
   * Does this later, after all that was given before; waits a moment for room. For what begins
   * something, on a thread that may wait.
   *
   * @param what what is not done if it fails, for the warning
   * @return false if there was no room, of which the user has been told
   */
  static boolean later(String what, Runnable work) {
    Backstage stage = now;
    try {
      if (stage.room.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        give(stage, what, work);
        return true;
      }
      Guard.failed(what, new TimeoutException(CAPACITY + " tasks wait for a slow storage"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Guard.failed(what, e);
    }
    return false;
  }

  /**
   * As {@link #later} for what goes on with something that has begun: never waits, so that
   * callbacks may call it.
   */
  static void next(String what, Runnable work) {
    give(null, what, work);
  }

  /**
   * Queues a task.
   *
   * @param hasRoomIn where room was taken for it; null where it needs none
   */
  private static synchronized void give(Backstage hasRoomIn, String what, Runnable work) {
    now.thread.execute(now.new Task(what, work, now == hasRoomIn));
  }

  /** Waits until what was given before is done; false if that takes longer. */
  static boolean await(Duration patience) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    next("waiting for what was logged", () -> reached.complete(null));
    try {
      reached.get(Math.max(1, patience.toMillis()), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Leaves the thread behind with what it hangs in.
   *
   * @return what was not done, in order, the one that hangs first
   */
  static synchronized List<Runnable> abandon() {
    Backstage left = now;
    now = new Backstage();
    List<Runnable> undone = new ArrayList<>();
    Task hanging = left.current;
    if (hanging != null) {
      undone.add(hanging.work);
    }
    List<Runnable> waiting = new ArrayList<>();
    left.queue.drainTo(waiting);
    left.thread.shutdown();
    waiting.forEach(task -> undone.add(((Task) task).work));
    return undone;
  }
}
