package io.runlake.tracking;

import io.runlake.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the runs of one {@link Runlake} share: the store, the settings, which outboxes have work,
 * and the daemon thread that flushes them by time and renews the leases of live runs. The thread
 * starts with the first work.
 */
final class RunWriter {
  private static final Logger LOG = LoggerFactory.getLogger(RunWriter.class);
  private static final ThreadFactory DAEMON =
      work -> {
        Thread thread = new Thread(work, "runlake-flush");
        thread.setDaemon(true);
        return thread;
      };

  private final Store store;
  private final RunlakeOptions options;
  private final ValueRules rules;
  private final Set<Outbox> working = ConcurrentHashMap.newKeySet();
  private final Map<RunJournal, Instant> leased = new ConcurrentHashMap<>();
  private ScheduledExecutorService flusher;
  private final AtomicBoolean failed = new AtomicBoolean();

  /** Points that are not durable: in outboxes, or in the store's queue. */
  private final AtomicInteger waiting = new AtomicInteger();

  private final LongAdder accepted = new LongAdder();
  private final LongAdder stored = new LongAdder();
  private final LongAdder shed = new LongAdder();
  private volatile boolean failing;
  private volatile boolean started;
  private boolean closed;

  RunWriter(Store store, RunlakeOptions options) {
    this.store = store;
    this.options = options;
    this.rules = new ValueRules(options.truncateLongValues());
  }

  Store store() {
    return store;
  }

  RunlakeOptions options() {
    return options;
  }

  ValueRules rules() {
    return rules;
  }

  /** An outbox holds something that is not durable yet. */
  void hasWork(Outbox outbox) {
    working.add(outbox);
    if (!started) {
      startFlusher();
    }
  }

  /** True once: a store that fails, fails for all runs, and one warning is enough. */
  boolean firstFailure() {
    return failed.compareAndSet(false, true);
  }

  /** Makes room for points; false if too many wait already, and then they count as shed. */
  boolean takePoints(int points) {
    if (waiting.addAndGet(points) > options.maxWaitingPoints() && failing) {
      waiting.addAndGet(-points);
      shed.add(points);
      return false;
    }
    accepted.add(points);
    return true;
  }

  /** The store has given changes back: until it takes some, there is a limit to what waits. */
  void refused() {
    failing = true;
  }

  void stored(int points) {
    failing = false;
    waiting.addAndGet(-points);
    stored.add(points);
  }

  PointCounters counters() {
    // In this order, so that accepted is never below stored.
    long durable = stored.sum();
    return new PointCounters(accepted.sum(), durable, shed.sum());
  }

  void keepAlive(RunJournal journal) {
    leased.put(journal, options.clock().instant());
  }

  void ended(RunJournal journal) {
    leased.remove(journal);
  }

  private synchronized void startFlusher() {
    if (flusher == null && !closed) {
      started = true;
      LiveRuns.flushAtExit(this);
      flusher = Executors.newSingleThreadScheduledExecutor(DAEMON);
      long period = Math.max(1, options.flushEvery().toMillis());
      flusher.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    try {
      renewLeases();
      for (Outbox outbox : working) {
        outbox.send();
        forgetIfIdle(outbox);
      }
    } catch (Throwable e) {
      LOG.warn("A flush by time failed; the next one tries again.", e);
    }
  }

  private void renewLeases() {
    Instant now = options.clock().instant();
    Duration third = options.lease().dividedBy(3);
    leased.forEach(
        (journal, renewed) -> {
          if (Duration.between(renewed, now).compareTo(third) >= 0) {
            journal.renewLease();
            leased.replace(journal, renewed, now);
          }
        });
  }

  /** Work that arrives between the two steps puts the outbox in again. */
  private void forgetIfIdle(Outbox outbox) {
    if (outbox.idle()) {
      working.remove(outbox);
      if (!outbox.idle()) {
        working.add(outbox);
      }
    }
  }

  /** Returns when everything that was logged before the call is durable. */
  void flush() {
    List<Outbox> all = List.copyOf(working);
    Outbox.await(drain(all));
    all.forEach(this::forgetIfIdle);
  }

  /** Sends everything; completes when it is durable. */
  CompletableFuture<Void> drain() {
    return drain(List.copyOf(working));
  }

  private static CompletableFuture<Void> drain(List<Outbox> outboxes) {
    List<CompletableFuture<Void>> drained = outboxes.stream().map(Outbox::drain).toList();
    return CompletableFuture.allOf(drained.toArray(new CompletableFuture<?>[0]));
  }

  synchronized void close() {
    closed = true;
    LiveRuns.flushed(this);
    int lost = waiting.get();
    if (lost > 0) {
      shed.add(lost);
      LOG.warn(
          "{} metric points were never written: the store at {} did not take them to the end",
          lost,
          store.root());
    }
    if (flusher != null) {
      flusher.shutdown();
    }
  }
}
