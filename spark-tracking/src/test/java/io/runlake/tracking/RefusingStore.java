package io.runlake.tracking;

import io.runlake.store.AlertLog;
import io.runlake.store.ArtifactStore;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MetricPoint;
import io.runlake.store.PutIfAbsent;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStore;
import io.runlake.store.StateTable;
import io.runlake.store.Store;
import io.runlake.store.StoreCare;
import io.runlake.store.StoreException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store over another one whose runs take nothing while it refuses. */
final class RefusingStore implements Store {
  private final Store store;
  final AtomicInteger asked = new AtomicInteger();
  volatile boolean refuse;
  volatile boolean closed;

  RefusingStore(Store store) {
    this.store = store;
  }

  @Override
  public RunStore runs() {
    RunStore runs = store.runs();
    return new RunStore() {
      @Override
      public CompletableFuture<Void> append(RunBatch batch) {
        asked.incrementAndGet();
        return refuse
            ? CompletableFuture.failedFuture(
                new StoreException(StoreException.Kind.UNAVAILABLE, "The disk has no room."))
            : runs.append(batch);
      }

      @Override
      public Optional<RunRow> find(RunId id) {
        return runs.find(id);
      }

      @Override
      public void scan(RunScan scan, Consumer<RunRow> consumer) {
        runs.scan(scan, consumer);
      }

      @Override
      public List<MetricPoint> points(RunId run, Optional<String> key) {
        return runs.points(run, key);
      }
    };
  }

  @Override
  public String root() {
    return store.root();
  }

  @Override
  public boolean exists() {
    return store.exists();
  }

  @Override
  public StateTable<ExperimentRow> experiments() {
    return store.experiments();
  }

  @Override
  public StateTable<RegistryRow> registry() {
    return store.registry();
  }

  @Override
  public AlertLog alerts() {
    return store.alerts();
  }

  @Override
  public ArtifactStore artifacts() {
    return store.artifacts();
  }

  @Override
  public PutIfAbsent claims() {
    return store.claims();
  }

  @Override
  public StoreCare care() {
    return store.care();
  }

  @Override
  public Counters counters() {
    return store.counters();
  }

  @Override
  public void flush() {
    store.flush();
  }

  @Override
  public void close() {
    closed = true;
    store.close();
  }
}
