package io.runlake.store.delta;

import io.runlake.store.AlertLog;
import io.runlake.store.ArtifactStore;
import io.runlake.store.ExperimentRow;
import io.runlake.store.PutIfAbsent;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunStore;
import io.runlake.store.StateTable;
import io.runlake.store.Store;
import io.runlake.store.StoreCare;
import java.util.concurrent.atomic.AtomicBoolean;

/** A store over Delta tables: a handle on the root that this process shares. */
final class DeltaStore implements Store {
  private final DeltaRoot root;
  private final ArtifactStore artifacts;
  private final PutIfAbsent claims;
  private final AtomicBoolean closed = new AtomicBoolean();

  DeltaStore(DeltaRoot root) {
    this.root = root;
    this.artifacts = new HadoopArtifacts(root.hadoop());
    this.claims = new HadoopClaims(root.hadoop());
  }

  @Override
  public String root() {
    return root.root();
  }

  @Override
  public boolean exists() {
    return root.exists();
  }

  @Override
  public RunStore runs() {
    return root.runs();
  }

  @Override
  public StateTable<ExperimentRow> experiments() {
    return root.experiments();
  }

  @Override
  public StateTable<RegistryRow> registry() {
    return root.registry();
  }

  @Override
  public AlertLog alerts() {
    return root.alerts();
  }

  @Override
  public ArtifactStore artifacts() {
    return artifacts;
  }

  @Override
  public PutIfAbsent claims() {
    return claims;
  }

  @Override
  public StoreCare care() {
    return root.care();
  }

  @Override
  public Counters counters() {
    return root.counters();
  }

  @Override
  public void flush() {
    root.flush();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      root.leave();
    }
  }
}
