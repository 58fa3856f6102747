package io.runlake.store;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Another store, for tests that change what some of its verbs do. */
public class StoreAround implements Store {
  private final Store store;

  protected StoreAround(Store store) {
    this.store = store;
  }

  /** What becomes of a batch of changes. */
  protected CompletableFuture<Void> append(RunStore runs, RunBatch batch) {
    return runs.append(batch);
  }

  @Override
  public final RunStore runs() {
    RunStore runs = store.runs();
    return new RunStore() {
      @Override
      public CompletableFuture<Void> append(RunBatch batch) {
        return StoreAround.this.append(runs, batch);
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
    store.close();
  }
}
