package io.runlake.store.delta;

import io.delta.kernel.data.Row;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.delta.WaitingBatches.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code metrics} and {@code runs} of one root for this process, on one daemon thread that
 * starts with the first batch. Whatever waits becomes one commit per table, points first: while a
 * commit is in flight the next group grows, so contention costs latency and not throughput.
 */
final class RunCommitter {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommitter.class);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(20);

  /** Longer than the storage may fail, so that only one that hangs makes callers give up. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** A group waits for this part of the time of a commit, at most, for those that are expected. */
  private static final int MOMENT_PART = 4;

  private static final Duration LONGEST_MOMENT = Duration.ofMillis(2);

  private final String root;
  private final TableWriter<MetricPoint> metrics;
  private final TableWriter<RunRow> runs;
  private final Assistant assistant;
  private final WaitingBatches queue;
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong shed = new AtomicLong();
  private int callers = 1;
  private Thread thread;
  private volatile boolean closing;
  private volatile boolean ended;

  RunCommitter(
      String root,
      TableWriter<MetricPoint> metrics,
      TableWriter<RunRow> runs,
      Assistant assistant,
      WaitingBatches queue) {
    this.root = root;
    this.metrics = metrics;
    this.runs = runs;
    this.assistant = assistant;
    this.queue = queue;
  }

  RunCommitter(
      String root,
      TableWriter<MetricPoint> metrics,
      TableWriter<RunRow> runs,
      Assistant assistant,
      long queueBytes) {
    this(root, metrics, runs, assistant, new WaitingBatches(queueBytes, LONGEST_WAIT));
  }

  CompletableFuture<Void> append(RunBatch batch) {
    // Looks at all of it: a row that does not fit its columns must not take its group with it.
    Waiting waiting = Waiting.of(batch);
    accepted.incrementAndGet();
    Optional<StoreException> refused = enqueue(waiting);
    refused.ifPresent(
        why -> {
          if (waiting.future().completeExceptionally(why)) {
            accepted.decrementAndGet();
            shed.incrementAndGet();
          }
        });
    return waiting.future();
  }

  /** Returns when everything that is queued now is durable or has failed. */
  void flush() {
    if (accepted.get() > stored.get() + failed.get()) {
      Waiting mark = Waiting.forFlush();
      if (enqueue(mark).isEmpty()) {
        mark.future().join();
      }
    }
  }

  Store.Counters counters() {
    // In this order, so that accepted is never below the sum of the others.
    long failures = failed.get();
    long durable = stored.get();
    return new Store.Counters(accepted.get(), durable, failures, shed.get());
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
    try {
      queue.add(Waiting.forFlush());
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

  /** Queues a batch, or says why not. */
  private Optional<StoreException> enqueue(Waiting waiting) {
    if (closing || ended) {
      return Optional.of(closed());
    }
    startOnce();
    try {
      if (!queue.add(waiting)) {
        return Optional.of(
            unavailable(
                "The store at "
                    + root
                    + " has taken nothing for "
                    + queue.patience().toSeconds()
                    + " s and its queue is full; this change was not written. Check that the"
                    + " storage answers, then log it again.",
                null));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of(
          unavailable("Interrupted while waiting for room in the queue of " + root + ".", e));
    }
    if (ended) {
      failRest();
    }
    return Optional.empty();
  }

  private synchronized void startOnce() {
    if (thread == null) {
      thread = new Thread(this::run, "runlake-commit " + root);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    try {
      Duration moment = Duration.ZERO;
      while (!ended && !(closing && queue.size() == 0)) {
        List<Waiting> group = queue.take(callers, moment);
        long began = System.nanoTime();
        try {
          commit(group);
        } catch (RuntimeException | Error e) {
          // One group that cannot be written, say for want of memory, is not the end of the rest.
          LOG.warn("A commit to {} failed", root, e);
          StoreException why = unavailable("A commit to " + root + " failed: " + e, e);
          group.forEach(waiting -> fail(waiting, why));
        }
        moment = moment(Duration.ofNanos(System.nanoTime() - began));
        metrics.takeDue().forEach(assistant::later);
        runs.takeDue().forEach(assistant::later);
      }
    } catch (InterruptedException e) {
      LOG.warn("The writer of {} was interrupted and ends", root);
    } finally {
      ended = true;
      failRest();
    }
  }

  /**
   * How long the next group waits for the callers of this one: they are told at the same time, and
   * those that log on at once are back within less than a commit takes. Without the wait they would
   * come in two halves, each missing the other's commit.
   */
  private static Duration moment(Duration commit) {
    Duration part = commit.dividedBy(MOMENT_PART);
    return part.compareTo(LONGEST_MOMENT) < 0 ? part : LONGEST_MOMENT;
  }

  /**
   * Commits a group; each waiter hears of what concerns its own batch. The data files of {@code
   * runs} are written while {@code metrics} commits, so that only the log entry is left to follow.
   */
  private void commit(List<Waiting> group) throws InterruptedException {
    List<MetricPoint> points = new ArrayList<>();
    for (Waiting waiting : group) {
      points.addAll(waiting.batch().points());
    }
    Collection<RunRow> rows = rows(group, waiting -> true);
    Optional<StoreException> pointsFailed = Optional.empty();
    Optional<List<Row>> ahead = Optional.empty();
    if (!points.isEmpty()) {
      FutureTask<Optional<List<Row>>> staging = new FutureTask<>(() -> staged(rows));
      assistant.later(staging);
      pointsFailed = tryAppend(metrics, points, Optional.empty());
      ahead = done(staging);
    }
    Optional<StoreException> rowsFailed =
        pointsFailed.isEmpty()
            ? tryAppend(runs, rows, ahead)
            : tryAppend(
                runs, rows(group, waiting -> waiting.batch().points().isEmpty()), Optional.empty());
    // Before anyone is told, and may be back.
    callers = group.size() + queue.size();
    for (Waiting waiting : group) {
      if (pointsFailed.isPresent() && !waiting.batch().points().isEmpty()) {
        fail(waiting, pointsFailed.get());
      } else if (rowsFailed.isPresent() && !waiting.batch().rows().isEmpty()) {
        fail(waiting, rowsFailed.get());
      } else {
        if (!waiting.mark()) {
          stored.incrementAndGet();
        }
        waiting.future().complete(null);
      }
    }
  }

  private static Collection<RunRow> rows(List<Waiting> group, Predicate<Waiting> wanted) {
    Map<RunId, RunRow> rows = new LinkedHashMap<>();
    for (Waiting waiting : group) {
      if (wanted.test(waiting)) {
        waiting.batch().rows().forEach(row -> rows.merge(row.runId(), row, RunRow::merge));
      }
    }
    return rows.values();
  }

  private Optional<List<Row>> staged(Collection<RunRow> rows) {
    return rows.isEmpty() ? Optional.empty() : runs.stage(rows);
  }

  private static Optional<List<Row>> done(FutureTask<Optional<List<Row>>> staging) {
    try {
      return Shared.done(staging);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static <R> Optional<StoreException> tryAppend(
      TableWriter<R> writer, Collection<R> rows, Optional<List<Row>> ahead)
      throws InterruptedException {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    try {
      writer.append(rows, ahead);
      return Optional.empty();
    } catch (StoreException e) {
      return Optional.of(e);
    }
  }

  /** A flush is told that it is over; who queued the batch is told why it was not written. */
  private void fail(Waiting waiting, StoreException why) {
    if (waiting.mark()) {
      waiting.future().complete(null);
    } else if (!waiting.future().isDone()) {
      // Before the caller is told, who may ask for the count at once.
      failed.incrementAndGet();
      waiting.future().completeExceptionally(why);
    }
  }

  private void failRest() {
    for (List<Waiting> rest = queue.poll(); !rest.isEmpty(); rest = queue.poll()) {
      rest.forEach(waiting -> fail(waiting, closed()));
    }
  }

  private StoreException closed() {
    return unavailable(
        "The store at " + root + " is closed; this change was not written. Open it again.", null);
  }

  private static StoreException unavailable(String message, Throwable cause) {
    return new StoreException(StoreException.Kind.UNAVAILABLE, message, cause);
  }
}
