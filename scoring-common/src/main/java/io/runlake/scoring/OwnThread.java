package io.runlake.scoring;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Runs work on a thread of its own and waits for it. Delta allows one open transaction per thread,
 * so a write from within a {@link CommitGate} has to go elsewhere. Spark's local properties (job
 * group, description) are the caller's.
 */
public final class OwnThread {
  /** For work that is interrupted; half of what the exit of a job that is stopped waits for. */
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private static final long LOOK_MILLIS = 100;

  private OwnThread() {}

  /** Runs the work with that session as its active one; what it throws is thrown here. */
  public static <T> T call(String name, SparkSession active, Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(() -> ScalaInterop.withActive(active, work));
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      awaitEnd(thread);
      Thread.currentThread().interrupt();
      throw new JobException(ExitCode.FAILED, "Interrupted while waiting for " + name + ".", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      if (e.getCause() instanceof Error known) {
        throw known;
      }
      throw new JobException(
          ExitCode.FAILED, JobException.firstLine(e.getCause()) + ".", e.getCause());
    }
  }

  /** What still writes when its caller is told would meet the writes of the next attempt. */
  private static void awaitEnd(Thread thread) {
    long deadline = System.nanoTime() + LONGEST_END.toNanos();
    while (thread.isAlive() && System.nanoTime() - deadline < 0) {
      try {
        thread.join(LOOK_MILLIS);
      } catch (InterruptedException again) {
        thread.interrupt();
      }
    }
  }
}
