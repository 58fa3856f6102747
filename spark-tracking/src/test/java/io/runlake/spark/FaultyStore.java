package io.runlake.spark;

import io.runlake.store.AlertLog;
import io.runlake.store.ArtifactStore;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MemoryStore;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A store in memory one of whose verbs does to its callers what a test wants. */
final class FaultyStore implements Store {
  /** The verbs that break. */
  enum Verb {
    EXPERIMENTS,
    APPEND,
    CLOSE
  }

  private final Store store;
  private volatile Verb broken;
  private volatile Runnable strike = () -> {};

  /** How often the broken verb was called. */
  final AtomicInteger struck = new AtomicInteger();

  FaultyStore(String name) {
    this.store = new MemoryStore(name);
  }

  /** From now on, calling the verb does this. */
  void breaks(Verb verb, Runnable what) {
    strike = what;
    broken = verb;
  }

  void heals() {
    broken = null;
  }

  private void call(Verb verb) {
    if (broken == verb) {
      struck.incrementAndGet();
      strike.run();
    }
  }

  @Override
  public RunStore runs() {
    RunStore runs = store.runs();
    return new RunStore() {
      @Override
      public CompletableFuture<Void> append(RunBatch batch) {
        call(Verb.APPEND);
        return runs.append(batch);
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
    call(Verb.EXPERIMENTS);
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
    call(Verb.CLOSE);
    store.close();
  }
}
