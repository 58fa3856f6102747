package io.runlake.store.delta;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/** Work that another thread may take a part of, and that is done here where it does not. */
final class Shared {
  private Shared() {}

  /**
   * Does all tasks and gives their results, one after the other.
   *
   * @param helper is offered all but the first; what it has not begun when it is needed is done on
   *     the calling thread, so that nobody waits for a helper that is busy with something else
   */
  static <T> List<T> among(List<Callable<List<T>>> tasks, Consumer<Runnable> helper)
      throws IOException {
    List<FutureTask<List<T>>> all = tasks.stream().map(FutureTask::new).toList();
    all.stream().skip(1).forEach(helper);
    List<T> results = new ArrayList<>();
    for (FutureTask<List<T>> task : all) {
      task.run();
    }
    for (FutureTask<List<T>> task : all) {
      results.addAll(result(task));
    }
    return results;
  }

  /** The result of a task, which is done here if nobody has begun it. */
  static <T> T done(FutureTask<T> task) throws IOException {
    task.run();
    return result(task);
  }

  private static <T> T result(FutureTask<T> task) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw rethrown(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException rethrown(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }
}
