package io.runlake.store.delta;

import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code metrics} and {@code runs} of one root for this process, on one daemon thread that
 * starts with the first batch. Whatever waits becomes one commit per table, points first: while a
 * commit is in flight the next group grows, so contention costs latency and not throughput.
 */
final class RunCommitter {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommitter.class);
  private static final int LARGEST_GROUP = 4096;
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(20);

  private final String root;
  private final TableWriter<MetricPoint> metrics;
  private final TableWriter<RunRow> runs;
  private final BlockingQueue<Waiting> queue;
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private Thread thread;
  private volatile boolean closing;
  private volatile boolean ended;

  /** A batch in the queue, or, with an empty batch, a mark that a flush waits for. */
  private record Waiting(RunBatch batch, boolean mark, CompletableFuture<Void> future) {}

  RunCommitter(
      String root, TableWriter<MetricPoint> metrics, TableWriter<RunRow> runs, int capacity) {
    this.root = root;
    this.metrics = metrics;
    this.runs = runs;
    this.queue = new ArrayBlockingQueue<>(capacity);
  }

  CompletableFuture<Void> append(RunBatch batch) {
    // A row that does not fit its columns must not take the others of its group with it.
    batch.points().forEach(point -> Columns.microsOfMillis(point.value().timestamp()));
    batch.rows().forEach(TableSpec.RUNS::encode);
    accepted.incrementAndGet();
    return enqueue(new Waiting(batch, false, new CompletableFuture<>()));
  }

  /** Returns when everything that is queued now is durable or has failed. */
  void flush() {
    if (accepted.get() > stored.get() + failed.get()) {
      CompletableFuture<Void> mark =
          enqueue(new Waiting(new RunBatch(List.of(), List.of()), true, new CompletableFuture<>()));
      mark.exceptionally(ignored -> null).join();
    }
  }

  Store.Counters counters() {
    // In this order, so that accepted is never below the sum of the others.
    long failures = failed.get();
    long durable = stored.get();
    return new Store.Counters(accepted.get(), durable, failures);
  }

  /** Writes what is queued, then ends the thread; gives up on a storage that does not answer. */
  void close() {
    closing = true;
    Thread writer;
    synchronized (this) {
      writer = thread;
    }
    if (writer == null) {
      ended = true;
      return;
    }
    queue.offer(new Waiting(new RunBatch(List.of(), List.of()), true, new CompletableFuture<>()));
    try {
      writer.join(LONGEST_CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (writer.isAlive()) {
      LOG.warn(
          "The store at {} did not take the last changes within {} s of closing",
          root,
          LONGEST_CLOSE.toSeconds());
      ended = true;
      failRest();
    }
  }

  private CompletableFuture<Void> enqueue(Waiting waiting) {
    if (closing || ended) {
      fail(waiting, closed());
      return waiting.future();
    }
    startOnce();
    try {
      queue.put(waiting);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(
          waiting,
          new StoreException(
              StoreException.Kind.UNAVAILABLE,
              "Interrupted while waiting for room in the queue of " + root + ".",
              e));
    }
    if (ended) {
      failRest();
    }
    return waiting.future();
  }

  private synchronized void startOnce() {
    if (thread == null) {
      thread = new Thread(this::run, "runlake-commit " + root);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    List<Waiting> group = new ArrayList<>();
    try {
      while (!ended && !(closing && queue.isEmpty())) {
        group.add(queue.take());
        queue.drainTo(group, LARGEST_GROUP - 1);
        commit(group);
        group.clear();
        metrics.housekeep();
        runs.housekeep();
      }
    } catch (Throwable e) {
      LOG.warn("The writer of {} ended early: {}", root, e.toString());
      StoreException why =
          new StoreException(
              StoreException.Kind.UNAVAILABLE, "The writer of " + root + " ended early: " + e, e);
      group.forEach(waiting -> fail(waiting, why));
    } finally {
      ended = true;
      failRest();
    }
  }

  /** Commits a group; each waiter hears of what concerns its own batch. */
  private void commit(List<Waiting> group) throws InterruptedException {
    List<MetricPoint> points = new ArrayList<>();
    Map<RunId, RunRow> rows = new LinkedHashMap<>();
    for (Waiting waiting : group) {
      points.addAll(waiting.batch().points());
    }
    StoreException pointsFailed = points.isEmpty() ? null : tryAppend(metrics, points);
    for (Waiting waiting : group) {
      if (pointsFailed == null || waiting.batch().points().isEmpty()) {
        waiting.batch().rows().forEach(row -> rows.merge(row.runId(), row, RunRow::merge));
      }
    }
    StoreException rowsFailed = rows.isEmpty() ? null : tryAppend(runs, rows.values());
    for (Waiting waiting : group) {
      if (pointsFailed != null && !waiting.batch().points().isEmpty()) {
        fail(waiting, pointsFailed);
      } else if (rowsFailed != null && !waiting.batch().rows().isEmpty()) {
        fail(waiting, rowsFailed);
      } else {
        if (!waiting.mark()) {
          stored.incrementAndGet();
        }
        waiting.future().complete(null);
      }
    }
  }

  private static <R> StoreException tryAppend(TableWriter<R> writer, Iterable<R> rows)
      throws InterruptedException {
    try {
      writer.append(rows);
      return null;
    } catch (StoreException e) {
      return e;
    }
  }

  private void fail(Waiting waiting, StoreException why) {
    if (waiting.future().completeExceptionally(why) && !waiting.mark()) {
      failed.incrementAndGet();
    }
  }

  private void failRest() {
    for (Waiting waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
      if (waiting.mark()) {
        waiting.future().complete(null);
      } else {
        fail(waiting, closed());
      }
    }
  }

  private StoreException closed() {
    return new StoreException(
        StoreException.Kind.UNAVAILABLE,
        "The store at " + root + " is closed; this change was not written. Open it again.");
  }
}
