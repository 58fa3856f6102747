package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.StoreException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of one run on their way into the store. What a failed append held comes back and goes out
 * with the next one: delivering rows and points again changes nothing that a reader sees.
 * Thread-safe.
 */
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final RunWriter writer;
  private final RunRow empty;
  private final Set<CompletableFuture<Void>> sent = new HashSet<>();
  private PendingChanges pending;
  private boolean failing;
  private long shed;

  Outbox(RunId id, ExperimentId experiment, RunWriter writer) {
    this.writer = writer;
    this.empty = RunRow.of(id, experiment);
    this.pending = new PendingChanges(empty);
  }

  /** Adds to what waits. */
  void add(Consumer<PendingChanges> change) {
    boolean full;
    synchronized (this) {
      change.accept(pending);
      full = full();
    }
    writer.hasWork(this);
    if (full) {
      send();
    }
  }

  /**
   * Adds points to what waits.
   *
   * @throws TrackingException if the store takes nothing and too much waits already
   */
  void addPoints(List<MetricPoint> points) {
    boolean full;
    synchronized (this) {
      if (!writer.takePoints(points.size())) {
        shed += points.size();
        throw new TrackingException(
            ErrorCode.TEMPORARILY_UNAVAILABLE,
            writer.options().maxWaitingPoints()
                + " metric points wait for a store that does not take them; no more are kept, and "
                + shed
                + " of run "
                + empty.runId()
                + " were refused. Check that the storage can be reached and has room.");
      }
      points.forEach(pending::addPoint);
      full = full();
    }
    writer.hasWork(this);
    if (full) {
      send();
    }
  }

  /** How many points of this run were refused. */
  synchronized long shed() {
    return shed;
  }

  /** While the store fails, only time and {@link #flush()} try again, and not every change. */
  private boolean full() {
    return !failing && pending.size() >= writer.options().flushAt();
  }

  /** Hands what waits to the store and does not wait for it, but for a place in its queue. */
  void send() {
    drain();
  }

  /** Sends what waits; completes when that and all that was sent before is durable. */
  CompletableFuture<Void> drain() {
    Optional<RunBatch> batch = Optional.empty();
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    CompletableFuture<?>[] waiting;
    synchronized (this) {
      if (pending.size() > 0) {
        batch = Optional.of(pending.batch());
        pending = new PendingChanges(empty);
        sent.add(outcome);
      }
      waiting = sent.toArray(new CompletableFuture<?>[0]);
    }
    batch.ifPresent(changes -> append(changes, outcome));
    return CompletableFuture.allOf(waiting);
  }

  private void append(RunBatch batch, CompletableFuture<Void> outcome) {
    CompletableFuture<Void> append;
    try {
      append = writer.store().runs().append(batch);
    } catch (Throwable refused) {
      append = CompletableFuture.failedFuture(refused);
    }
    append.whenComplete((done, failure) -> settle(outcome, batch, failure));
  }

  private void settle(CompletableFuture<Void> outcome, RunBatch batch, Throwable failure) {
    synchronized (this) {
      sent.remove(outcome);
      failing = failure != null;
      if (failure == null) {
        writer.stored(batch.points().size());
      } else {
        writer.refused();
        batch.points().forEach(pending::addPoint);
        batch.rows().forEach(pending::addRow);
        if (writer.firstFailure()) {
          LOG.warn(
              "What was logged to run {} could not be written; it is kept and tried again. This is said once.",
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
