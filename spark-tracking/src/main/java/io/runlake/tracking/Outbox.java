package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of one run on their way into the store. What a failed append held comes back and goes out
 * with the next one: delivering rows and points again changes nothing that a reader sees.
 * Thread-safe.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  /** While the store fails, no more points than this wait for it. */
  private static final int MAX_WAITING = 1_000_000;

  private final RunWriter writer;
  private final RunRow empty;
  private final Set<CompletableFuture<Void>> sent = new HashSet<>();
  private Pending pending = new Pending();
  private boolean warned;

  Outbox(RunId id, ExperimentId experiment, RunWriter writer) {
    this.writer = writer;
    this.empty = RunRow.of(id, experiment);
  }

  /** What waits; the maps are merged in place, which a row, being immutable, cannot. */
  private final class Pending {
    private final List<MetricPoint> points = new ArrayList<>();
    private final Map<String, Stamp> params = new HashMap<>();
    private final Map<String, Stamp> tags = new HashMap<>();
    private final Map<String, io.runlake.store.MetricValue> metrics = new HashMap<>();
    private final Map<String, RunInput> inputs = new HashMap<>();
    private RunRow rest = empty;

    int size() {
      int plain = rest.equals(empty) ? 0 : 1;
      return points.size() + params.size() + tags.size() + inputs.size() + plain;
    }

    void add(RunRow row) {
      row.params().forEach((key, value) -> params.merge(key, value, Outbox::min));
      row.tags().forEach((key, value) -> tags.merge(key, value, Outbox::max));
      row.metrics().forEach((key, value) -> metrics.merge(key, value, Outbox::max));
      row.inputs().forEach((key, value) -> inputs.merge(key, value, Outbox::min));
      rest =
          rest.merge(
              row.withParams(Map.of())
                  .withTags(Map.of())
                  .withMetrics(Map.of())
                  .withInputs(Map.of()));
    }

    RunBatch batch() {
      RunRow row = rest.withParams(params).withTags(tags).withMetrics(metrics).withInputs(inputs);
      return new RunBatch(points, List.of(row));
    }
  }

  private static <T extends Comparable<T>> T min(T a, T b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static <T extends Comparable<T>> T max(T a, T b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  void add(RunRow row) {
    boolean full;
    synchronized (this) {
      pending.add(row);
      full = pending.size() >= writer.options().flushAt();
    }
    noted(full);
  }

  void add(MetricPoint point) {
    boolean full;
    synchronized (this) {
      if (pending.points.size() >= MAX_WAITING) {
        throw new TrackingException(
            ErrorCode.TEMPORARILY_UNAVAILABLE,
            MAX_WAITING
                + " points of run "
                + empty.runId()
                + " wait for a store that does not take them; no more are kept.");
      }
      pending.points.add(point);
      pending.metrics.merge(point.key(), point.value(), Outbox::max);
      full = pending.size() >= writer.options().flushAt();
    }
    noted(full);
  }

  private void noted(boolean full) {
    writer.hasWork(this);
    if (full) {
      send();
    }
  }

  /** Hands what waits to the store and does not wait for it, but for a place in its queue. */
  void send() {
    RunBatch batch;
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    Pending taken;
    synchronized (this) {
      if (pending.size() == 0) {
        return;
      }
      taken = pending;
      pending = new Pending();
      batch = taken.batch();
      sent.add(outcome);
    }
    CompletableFuture<Void> append;
    try {
      append = writer.store().runs().append(batch);
    } catch (RuntimeException refused) {
      append = CompletableFuture.failedFuture(refused);
    }
    append.whenComplete((done, failure) -> settle(outcome, batch, failure));
  }

  private void settle(CompletableFuture<Void> outcome, RunBatch batch, Throwable failure) {
    synchronized (this) {
      sent.remove(outcome);
      if (failure != null) {
        pending.points.addAll(batch.points());
        batch.rows().forEach(pending::add);
        if (!warned) {
          warned = true;
          LOG.warn(
              "What was logged to run {} could not be written; it is kept and tried again.",
              empty.runId(),
              failure);
        }
      }
    }
    if (failure == null) {
      outcome.complete(null);
    } else {
      writer.hasWork(this);
      outcome.completeExceptionally(failure);
    }
  }

  /** Sends what waits; completes when all that was sent before is durable. */
  CompletableFuture<Void> drain() {
    send();
    CompletableFuture<?>[] waiting;
    synchronized (this) {
      waiting = sent.toArray(new CompletableFuture<?>[0]);
    }
    return CompletableFuture.allOf(waiting);
  }

  /** Whether everything that was logged is durable. */
  synchronized boolean idle() {
    return sent.isEmpty() && pending.size() == 0;
  }

  /**
   * Returns when what was logged before the call is durable.
   *
   * @throws TrackingException if it is not
   */
  void flush() {
    await(drain());
  }

  static void await(CompletableFuture<Void> drained) {
    try {
      drained.join();
    } catch (CompletionException failed) {
      throw failure(failed.getCause());
    }
  }

  static TrackingException failure(Throwable cause) {
    if (cause instanceof TrackingException known) {
      return known;
    }
    if (cause instanceof StoreException store) {
      return TrackingException.of(store);
    }
    return new TrackingException(
        ErrorCode.INTERNAL_ERROR, "What was logged could not be written: " + cause, cause);
  }
}
