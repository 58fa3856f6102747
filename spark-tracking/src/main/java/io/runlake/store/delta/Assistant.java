package io.runlake.store.delta;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One daemon thread beside the committer of a root, for what the commits of runs should not wait
 * for: changes of state tables, checkpoints and checksums, and half of a large commit's data files.
 * It comes with its first task and goes when there is none for some seconds.
 */
final class Assistant {
  private static final Logger LOG = LoggerFactory.getLogger(Assistant.class);
  private static final Duration IDLE = Duration.ofSeconds(5);

  private final ThreadPoolExecutor thread;

  Assistant(String root) {
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread created = new Thread(task, "runlake-assist " + root);
              created.setDaemon(true);
              return created;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Queues a task.
   *
   * @throws RejectedExecutionException after {@link #close}
   */
  void execute(Runnable task) {
    thread.execute(task);
  }

  /** Queues what may also be left undone. */
  void later(Runnable housekeeping) {
    try {
      thread.execute(
          () -> {
            try {
              housekeeping.run();
            } catch (RuntimeException | Error e) {
              LOG.warn("Housekeeping of a table failed; the table is whole.", e);
            }
          });
    } catch (RejectedExecutionException closed) {
      LOG.debug("Housekeeping is left to the next writer: the store is closed.");
    }
  }

  /** Lets what is queued finish for a while, and takes no more. */
  void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
