package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunStatus;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same over Delta tables. */
@Tag("slow")
class RunlakeOverDeltaTest extends RunlakeTest {
  @Override
  Store newStore(Path root) {
    return Stores.open("delta:" + root, StoreOptions.defaults());
  }

  @Test
  void twoHundredRunsOfEightThreadsAreTwoHundredRuns(@TempDir Path other) throws Exception {
    String uri = "delta:" + other.resolve("root");
    Set<String> ids = new HashSet<>();
    try (Runlake runlake = Runlake.open(uri)) {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<Future<List<String>>> started = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int thread = t;
        started.add(threads.submit(() -> twentyFiveRuns(runlake, thread)));
      }
      for (Future<List<String>> one : started) {
        ids.addAll(one.get());
      }
      threads.shutdown();
    }
    assertThat(ids).hasSize(200);
    try (Runlake fresh = Runlake.open(uri)) {
      List<Run> runs = fresh.searchRuns(RunQuery.all()).runs();
      assertThat(runs).hasSize(200);
      assertThat(runs).extracting(run -> run.id().value()).containsExactlyInAnyOrderElementsOf(ids);
      assertThat(runs).allSatisfy(run -> assertThat(run.status()).isEqualTo(RunStatus.FINISHED));
      assertThat(runs).allSatisfy(run -> assertThat(fresh.metricHistory(run.id(), "m")).hasSize(3));
      assertThat(fresh.experiments()).hasSize(3);
      assertThat(fresh.searchRuns(RunQuery.all().withFilter("metrics.m = 2")).runs()).hasSize(200);
    }
  }

  private static List<String> twentyFiveRuns(Runlake runlake, int thread) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      try (ActiveRun run = runlake.startRun("e" + (i + thread) % 3)) {
        run.logParam("i", i);
        for (int step = 0; step < 3; step++) {
          run.logMetric("m", step, step);
        }
        run.endRun();
        ids.add(run.id().value());
      }
    }
    return ids;
  }
}
