package io.runlake.store.delta;

import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.delta.WaitingBatches.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(20);

  /** Longer than the storage may fail, so that only one that hangs makes callers give up. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  /** A group waits for this part of the time of a commit, at most, for those that are expected. */
  private static final int MOMENT_PART = 4;

  private static final Duration LONGEST_MOMENT = Duration.ofMillis(2);

  private final String root;
  private final GroupCommit tables;
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
    this.tables = new GroupCommit(metrics, runs, assistant);
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
    long began = System.nanoTime();
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
          Duration.ofNanos(System.nanoTime() - began).toSeconds());
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
        List<Waiting> group = List.of();
        try {
          group = queue.take(callers, moment);
          moment = timed(group);
        } catch (InterruptedException e) {
          // Nothing of the store does that, and whoever did knows nothing of those who wait.
          LOG.warn("The writer of {} was interrupted; it goes on", root);
          StoreException why = interrupted(e);
          group.forEach(waiting -> fail(waiting, why));
        }
      }
    } finally {
      ended = true;
      failRest();
    }
  }

  /** Commits a group; returns how long the next one may wait for others. */
  private Duration timed(List<Waiting> group) throws InterruptedException {
    long began = System.nanoTime();
    try {
      commit(group);
    } catch (RuntimeException | Error e) {
      // One group that cannot be written, say for want of memory, is not the end of the rest.
      LOG.warn("A commit to {} failed", root, e);
      StoreException why = unavailable("A commit to " + root + " failed: " + e, e);
      group.forEach(waiting -> fail(waiting, why));
    }
    return moment(Duration.ofNanos(System.nanoTime() - began));
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

  /** Commits a group; each waiter hears of what concerns its own batch. */
  private void commit(List<Waiting> group) throws InterruptedException {
    GroupCommit.Outcome outcome = tables.commit(group);
    // Before anyone is told, and may be back, or wait for the assistant.
    tables.dueLater();
    callers = group.size() + queue.size();
    for (Waiting waiting : group) {
      Optional<StoreException> why = outcome.of(waiting.batch());
      if (why.isPresent()) {
        fail(waiting, why.get());
      } else {
        if (!waiting.mark()) {
          stored.incrementAndGet();
        }
        waiting.future().complete(null);
      }
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

  private StoreException interrupted(InterruptedException e) {
    return new StoreException(
        StoreException.Kind.UNKNOWN,
        "The writer of "
            + root
            + " was interrupted while it wrote this change, which may be in the store. Sending it"
            + " again is safe.",
        e);
  }

  private static StoreException unavailable(String message, Throwable cause) {
    return new StoreException(StoreException.Kind.UNAVAILABLE, message, cause);
  }
}
