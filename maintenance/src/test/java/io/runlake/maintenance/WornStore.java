package io.runlake.maintenance;

import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A small store with something to do for every part of maintenance: changes to settle, a map that
 * lacks a point, small files, a log older than it is kept, files that no version needs.
 */
final class WornStore {
  /** Past the retention of the log and of files that no version needs. */
  static final Duration OLD = Duration.ofDays(10);

  private WornStore() {}

  /** Writes the store, and returns the run whose row was lost after its points were written. */
  static RunId write(Path root) throws IOException {
    RunId robbed;
    try (Store store = Stores.open("delta:" + root, StoreOptions.defaults())) {
      robbed = log(store);
    }
    for (String table : List.of("runs", "metrics", "experiments")) {
      Path log = root.resolve(table).resolve("_delta_log");
      for (Path file : filesBelow(log)) {
        age(file);
      }
    }
    for (Path file : filesBelow(root.resolve("runs/level=0")).stream().limit(3).toList()) {
      age(Files.copy(file, file.resolveSibling("abandoned-" + file.getFileName())));
    }
    return robbed;
  }

  /** Four runs of two experiments, one deleted, with many small commits; returns the robbed one. */
  static RunId log(Store store) {
    // One moment, so that it is one month.
    Clock clock = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    RunlakeOptions seldom =
        RunlakeOptions.defaults().withClock(clock).withFlushEvery(Duration.ofHours(1));
    try (Runlake runlake = Runlake.over(store, seldom)) {
      List<ActiveRun> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ActiveRun run = runlake.startRun(RunSpec.of(i % 2 == 0 ? "churn" : "fraud"));
        runs.add(run);
        run.logParams(Map.of("depth", i, "data", "/sales"));
        run.setTags(Map.of("team", "blue", "draft", "yes"));
        for (int step = 0; step < 3; step++) {
          run.logMetrics(Map.of("rmse", 1.0 / (i + step + 1), "mae", Double.NaN), step);
          run.flush();
        }
        if (i != 3) {
          run.deleteTag("draft");
          run.endRun();
        }
      }
      try (RunEditor edit = runlake.edit(runs.get(0).id())) {
        edit.rename("the good one");
        edit.setTags(Map.of("team", "red"));
        edit.flush();
      }
      try (RunEditor edit = runlake.edit(runs.get(1).id())) {
        edit.delete();
        edit.flush();
      }
      ActiveRun robbed = runs.get(2);
      MetricPoint last =
          new MetricPoint(
              robbed.experimentId(),
              robbed.id(),
              "rmse",
              new MetricValue(9, clock.millis(), 0.125));
      store.runs().append(new RunBatch(List.of(last), List.of())).join();
      return robbed.id();
    }
  }

  private static void age(Path file) throws IOException {
    age(file, OLD);
  }

  /** Makes a file older than it is. */
  static void age(Path file, Duration by) throws IOException {
    FileTime written = Files.getLastModifiedTime(file);
    Files.setLastModifiedTime(file, FileTime.from(written.toInstant().minus(by)));
  }

  static List<Path> filesBelow(Path folder) throws IOException {
    try (Stream<Path> below = Files.walk(folder)) {
      return below.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** A copy with the same times. */
  static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> below = Files.walk(from)) {
      for (Path entry : below.toList()) {
        Path copy = to.resolve(from.relativize(entry));
        if (Files.isDirectory(entry)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(entry, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
    return to;
  }
}
