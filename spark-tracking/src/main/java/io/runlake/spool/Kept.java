package io.runlake.spool;

import io.runlake.spool.Spool.NewExperiment;
import io.runlake.spool.Spool.SpooledFile;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MemoryStore;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.StateTable;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What another store has not acknowledged, and, from when that one is given up, all that is logged:
 * in memory until it is written to the file. Thread-safe.
 */
final class Kept {
  private static final String NAME = "spool";

  private final Path file;
  private final MemoryStore memory = new MemoryStore(NAME);
  private final Map<CompletableFuture<Void>, RunBatch> waiting = new LinkedHashMap<>();
  private final List<SpooledFile> files = new ArrayList<>();
  private final Set<RunId> runs = new LinkedHashSet<>();
  private boolean givenUp;
  private boolean finished;

  Kept(Path file) {
    this.file = file;
  }

  Path file() {
    return file;
  }

  /**
   * Whether all is kept here.
   *
   * @throws StoreException if it is in the file already, so that nothing more can be kept
   */
  synchronized boolean isGivenUp() {
    if (finished) {
      throw new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "The store was given up, and the file for it is written.");
    }
    return givenUp;
  }

  /** Who waits for the other store goes on. */
  void giveUp() {
    List<CompletableFuture<Void>> waiters;
    synchronized (this) {
      if (givenUp) {
        return;
      }
      givenUp = true;
      waiting.values().forEach(this::keep);
      waiters = List.copyOf(waiting.keySet());
      waiting.clear();
    }
    waiters.forEach(waiter -> waiter.complete(null));
  }

  /** Holds a batch until it is acknowledged; false if it is kept, since the store was given up. */
  synchronized boolean hold(RunBatch batch, CompletableFuture<Void> waiter) {
    if (isGivenUp()) {
      keep(batch);
      return false;
    }
    waiting.put(waiter, batch);
    return true;
  }

  /** The other store has answered; false if nobody waits for it any more. */
  synchronized boolean answered(CompletableFuture<Void> waiter) {
    return waiting.remove(waiter) != null;
  }

  synchronized void keep(SpooledFile one) {
    files.add(one);
  }

  private void keep(RunBatch batch) {
    batch.rows().forEach(row -> runs.add(row.runId()));
    batch.points().forEach(point -> runs.add(point.runId()));
    memory.runs().append(batch);
  }

  String root() {
    return memory.root();
  }

  StateTable<ExperimentRow> experiments() {
    return memory.experiments();
  }

  Optional<RunRow> find(RunId id) {
    return memory.runs().find(id);
  }

  /** From now on nothing is kept any more; whether the other store was given up. */
  synchronized boolean close() {
    finished = true;
    return givenUp;
  }

  /**
   * Writes the file.
   *
   * @param root of the other store; empty if it never answered
   * @return what the file holds; empty if nothing was kept, and there is no file
   * @throws IOException if the file cannot be written
   */
  synchronized Optional<Spool> finish(Optional<String> root) throws IOException {
    finished = true;
    Spool spool = spool(root);
    if (spool.isEmpty()) {
      return Optional.empty();
    }
    SpoolFile.write(file, spool);
    return Optional.of(spool);
  }

  private Spool spool(Optional<String> root) {
    List<NewExperiment> experiments =
        memory.experiments().current().stream()
            .map(row -> new NewExperiment(row.experimentId(), row.name(), row.artifactLocation()))
            .toList();
    List<MetricPoint> points = new ArrayList<>();
    runs.forEach(id -> points.addAll(memory.runs().points(id, Optional.empty())));
    return new Spool(root, experiments, memory.runs().current(RunScan.all()), points, files);
  }
}
