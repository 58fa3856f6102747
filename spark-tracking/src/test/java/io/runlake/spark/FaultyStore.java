package io.runlake.spark;

import io.runlake.store.ExperimentRow;
import io.runlake.store.MemoryStore;
import io.runlake.store.RunBatch;
import io.runlake.store.RunStore;
import io.runlake.store.StateTable;
import io.runlake.store.StoreAround;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory one of whose verbs does to its callers what a test wants. */
final class FaultyStore extends StoreAround {
  /** The verbs that break. */
  enum Verb {
    EXPERIMENTS,
    APPEND,
    CLOSE
  }

  private volatile Verb broken;
  private volatile Runnable strike = () -> {};

  /** How often the broken verb was called. */
  final AtomicInteger struck = new AtomicInteger();

  FaultyStore(String name) {
    super(new MemoryStore(name));
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
  protected CompletableFuture<Void> append(RunStore runs, RunBatch batch) {
    call(Verb.APPEND);
    return super.append(runs, batch);
  }

  @Override
  public StateTable<ExperimentRow> experiments() {
    call(Verb.EXPERIMENTS);
    return super.experiments();
  }

  @Override
  public void close() {
    call(Verb.CLOSE);
    super.close();
  }
}
