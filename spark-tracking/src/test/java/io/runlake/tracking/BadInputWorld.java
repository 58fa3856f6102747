package io.runlake.tracking;

import io.runlake.registry.RegisterOptions;
import io.runlake.store.ExperimentId;
import io.runlake.store.MemoryStore;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A store with a run of each kind, to which bad input is given. */
final class BadInputWorld {
  private static final String ML_MODEL =
      """
      flavors:
        spark:
          model_data: sparkml
          pyspark_version: 4.1.0
      """;

  final Store store;
  final Runlake runlake;

  /** Refuses values that are too long. */
  final Runlake strict;

  final ActiveRun live;
  final ActiveRun liveStrict;
  final ActiveRun finished;
  final RunEditor deleted;
  final ExperimentId experiment;
  final ExperimentId other;
  final ExperimentId gone;

  private final String name;
  private final Optional<Path> root;

  private BadInputWorld(String name, Store store, Optional<Path> root, Path model) {
    this.name = name;
    this.store = store;
    this.root = root;
    RunlakeOptions quiet = RunlakeOptions.defaults().withFlushEvery(Duration.ofHours(1));
    runlake = Runlake.over(store, quiet);
    strict = Runlake.over(store, quiet.withTruncateLongValues(false));
    live = runlake.startRun(RunSpec.of("e").withName("live"));
    live.logParam("p", "1");
    live.logMetric("m", 1);
    live.setTag("t", "1");
    liveStrict = strict.startRun("e");
    finished = runlake.startRun("e");
    finished.endRun();
    ActiveRun toDelete = runlake.startRun("e");
    toDelete.endRun();
    deleted = runlake.edit(toDelete.id());
    deleted.delete();
    experiment = live.experimentId();
    other = runlake.experiment("other").id();
    gone = runlake.experiment("gone").id();
    runlake.deleteExperiment(gone);
    runlake
        .registry()
        .register("detector", model.toString(), Optional.empty(), RegisterOptions.none());
  }

  static BadInputWorld inMemory(Path folder) throws IOException {
    return new BadInputWorld(
        "memory", new MemoryStore("bad input"), Optional.empty(), model(folder));
  }

  static BadInputWorld overDelta(Path folder) throws IOException {
    Path root = folder.resolve("root");
    Store store = Stores.open("delta:" + root, StoreOptions.defaults());
    return new BadInputWorld("Delta", store, Optional.of(root), model(folder));
  }

  private static Path model(Path folder) throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("MLmodel"), ML_MODEL);
    return model;
  }

  /** All that the store holds: its files with their sizes, or, where it has none, its rows. */
  List<String> contents() throws IOException {
    runlake.flush();
    strict.flush();
    deleted.flush();
    List<String> contents = new ArrayList<>();
    if (root.isPresent()) {
      try (Stream<Path> files = Files.walk(root.get())) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          contents.add(file + " " + Files.size(file));
        }
      }
      return contents;
    }
    for (RunRow run : store.runs().current(RunScan.all())) {
      contents.add(run.toString());
      contents.add(store.runs().points(run.runId(), Optional.empty()).toString());
      contents.add(runlake.listArtifacts(run.runId(), "").toString());
    }
    contents.sort(null);
    contents.add(store.experiments().history().toString());
    contents.add(store.registry().history().toString());
    contents.add(store.alerts().all().toString());
    contents.add("appends " + store.counters().accepted());
    return contents;
  }

  void close() {
    runlake.close();
    strict.close();
    store.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
