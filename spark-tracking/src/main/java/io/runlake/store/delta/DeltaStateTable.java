package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.SnapshotImpl;
import io.runlake.store.StateRow;
import io.runlake.store.StateTable;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * A table of states over Delta. The changes of a process are decided one after the other on one
 * daemon thread, each seeing the rows of those before it, and committed together as a
 * compare-and-swap on the version that was read; when another process came first all of them are
 * decided anew.
 *
 * @param <R> the row
 */
final class DeltaStateTable<R extends StateRow> implements StateTable<R> {
  private final DeltaTable<R> table;
  private final TableWriter<R> writer;
  private final Retry retry;
  private final Assistant assistant;
  private final Queue<Change<R, ?>> queue = new ConcurrentLinkedQueue<>();

  /** The state that changes are decided on; the change thread's. */
  private final StateFiles<R> decided;

  private final Reads reads;

  /** What readers know, apart from the writer so that no reader waits for a change. */
  private final class Reads {
    private final NewestFiles newest;
    private final StateFiles<R> files;

    Reads(TableReader<R> reader, Map<String, List<R>> cache, Clock wallClock) {
      this.newest = new NewestFiles(reader, wallClock);
      this.files = new StateFiles<>(reader, cache);
    }

    synchronized List<R> rows() throws IOException {
      Optional<NewestFiles.Version> version = newest.newest();
      return version.isEmpty() ? List.of() : files.of(version.get());
    }
  }

  DeltaStateTable(
      DeltaTable<R> table,
      TableWriter<R> writer,
      Retry retry,
      Clock wallClock,
      Assistant assistant) {
    this.table = table;
    this.writer = writer;
    this.retry = retry;
    this.assistant = assistant;
    Map<String, List<R>> cache = new ConcurrentHashMap<>();
    TableReader<R> reader = new TableReader<>(table);
    this.decided = new StateFiles<>(reader, cache);
    this.reads = new Reads(reader, cache, wallClock);
  }

  @Override
  public List<R> current() {
    return List.copyOf(byKey(history()).values());
  }

  @Override
  public List<R> history() {
    try {
      return patiently(reads::rows);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "Interrupted while " + table.path() + " was being read again after an error.",
          e);
    }
  }

  /** Reads, and again while the storage fails, for as long as it may. */
  private <T> T patiently(Storage.Read<T> read) throws InterruptedException {
    Retry.Attempts attempts = retry.begin();
    while (true) {
      try {
        return Storage.reading(table.path(), read);
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.UNAVAILABLE
            || Storage.hopeless(table.path(), e)
            || !attempts.afterFailure()) {
          throw e;
        }
      }
    }
  }

  @Override
  public <T> T change(Function<State<R>, Decision<R, T>> decision) {
    Change<R, T> change = new Change<>(decision);
    queue.add(change);
    try {
      assistant.execute(this::commitQueued);
    } catch (RejectedExecutionException e) {
      // What is no longer queued was taken along by those before it, which tell what became of it.
      if (queue.remove(change)) {
        throw new StoreException(
            StoreException.Kind.UNAVAILABLE,
            "The store is closed; nothing was changed in " + table.path() + ". Open it again.",
            e);
      }
    }
    return answer(change);
  }

  private <T> T answer(Change<R, T> change) {
    try {
      return change.future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Kind.UNKNOWN,
          "Interrupted while " + table.path() + " was being changed; the change may be in it.",
          e);
    } catch (ExecutionException e) {
      throw change.thrown(e.getCause());
    }
  }

  private void commitQueued() {
    List<Change<R, ?>> group = new ArrayList<>();
    for (Change<R, ?> next = queue.poll(); next != null; next = queue.poll()) {
      group.add(next);
    }
    if (group.isEmpty()) {
      return;
    }
    try {
      commit(group);
    } catch (Throwable e) {
      group.forEach(change -> change.future.completeExceptionally(e));
      return;
    }
    group.forEach(Change::complete);
    writer.takeDue().forEach(assistant::later);
  }

  /** Returns when what the group decided is in the table; then each change holds its answer. */
  private void commit(List<Change<R, ?>> group) throws IOException, InterruptedException {
    Retry.Attempts attempts = retry.begin();
    while (true) {
      Version<R> newest = patiently(this::newest);
      List<R> writes = decide(group, newest.history());
      if (writes.isEmpty() || writer.compareAndSwap(writes, newest.base())) {
        return;
      }
      if (!attempts.afterConflict()) {
        throw TableWriter.conflict(table.path(), attempts);
      }
    }
  }

  /** A version of the table, none if there is no table, and all its rows. */
  private record Version<R>(Optional<Snapshot> base, List<R> history) {}

  private Version<R> newest() throws IOException {
    Optional<Snapshot> base = writer.newest();
    return new Version<>(base, base.isEmpty() ? List.of() : decided.at((SnapshotImpl) base.get()));
  }

  private List<R> decide(List<Change<R, ?>> group, List<R> history) {
    Map<Object, R> rows = byKey(history);
    long revision = history.isEmpty() ? 0 : history.get(history.size() - 1).revision();
    List<R> writes = new ArrayList<>();
    for (Change<R, ?> change : group) {
      List<R> decided = change.decide(new State<>(revision, List.copyOf(rows.values())));
      if (!decided.isEmpty()) {
        revision++;
        decided.forEach(row -> rows.put(row.key(), row));
        writes.addAll(decided);
      }
    }
    return writes;
  }

  private Map<Object, R> byKey(List<R> history) {
    Map<Object, R> newest = new LinkedHashMap<>();
    history.forEach(row -> newest.put(row.key(), row));
    return newest;
  }

  /** A change in the queue and, after each round of decisions, its answer so far. */
  private static final class Change<R extends StateRow, T> {
    private final Function<State<R>, Decision<R, T>> decision;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private T result;
    private Throwable failure;

    Change(Function<State<R>, Decision<R, T>> decision) {
      this.decision = decision;
    }

    List<R> decide(State<R> state) {
      result = null;
      failure = null;
      try {
        Decision<R, T> decided = decision.apply(state);
        for (R row : decided.writes()) {
          if (row.revision() != state.nextRevision()) {
            throw new IllegalArgumentException(
                "A row of this change carries revision "
                    + row.revision()
                    + " instead of "
                    + state.nextRevision()
                    + ": "
                    + row);
          }
        }
        result = decided.result();
        return decided.writes();
      } catch (Throwable e) {
        failure = e;
        return List.of();
      }
    }

    void complete() {
      if (failure == null) {
        future.complete(result);
      } else {
        future.completeExceptionally(failure);
      }
    }

    /**
     * What the caller gets: what its decision threw, as it was thrown, or why nothing was stored.
     */
    RuntimeException thrown(Throwable cause) {
      if (cause instanceof Error error) {
        throw error;
      }
      if (cause instanceof RuntimeException runtime) {
        return runtime;
      }
      return Storage.translated("the table", "change", (Exception) cause);
    }
  }
}
