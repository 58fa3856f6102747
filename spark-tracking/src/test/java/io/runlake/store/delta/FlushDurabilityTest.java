package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.runlake.store.Alert;
import io.runlake.store.ArtifactPath;
import io.runlake.store.ExperimentId;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.StateTable.Decision;
import io.runlake.store.Store;
import io.runlake.store.delta.FaultPoints.Operation;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * That what was acknowledged is there after the process was killed, and, because a killed process
 * leaves the system's cache behind, that it was synced before it was acknowledged.
 */
@Tag("slow")
@Timeout(600)
class FlushDurabilityTest {
  private static final ExperimentId EXPERIMENT = new ExperimentId("1");

  @TempDir Path folder;

  /** What a store says is durable when the call returns. */
  enum Call {
    APPEND {
      @Override
      void on(Store store, Path folder) {
        RunId run = RunId.newId(Instant.now());
        MetricPoint point = new MetricPoint(EXPERIMENT, run, "m", new MetricValue(0, 1, 0.5));
        RunRow row = RunRow.of(run, EXPERIMENT).withMetrics(Map.of("m", point.value()));
        store.runs().append(new RunBatch(List.of(point), List.of(row))).join();
      }
    },
    CHANGE {
      @Override
      void on(Store store, Path folder) {
        store
            .experiments()
            .change(
                state ->
                    new Decision<>(
                        List.of(
                            new ExperimentRow(
                                EXPERIMENT,
                                "e",
                                "file:/a",
                                RunRow.ACTIVE,
                                Map.of("n", "" + state.revision()),
                                Instant.EPOCH,
                                Instant.EPOCH,
                                state.nextRevision())),
                        1));
      }
    },
    ALERT {
      @Override
      void on(Store store, Path folder) {
        store.alerts().append(new Alert(1, "k", "s", "m", Optional.empty()));
      }
    },
    ARTIFACT {
      @Override
      void on(Store store, Path folder) {
        store
            .artifacts()
            .put(
                "file:" + folder.resolve("root/artifacts/1"),
                ArtifactPath.of("a/b/c.bin"),
                new ByteArrayInputStream(new byte[100_000]));
      }
    },
    CLAIM {
      @Override
      void on(Store store, Path folder) {
        store
            .claims()
            .put("file:" + folder.resolve("root/claims/" + System.nanoTime()), new byte[9]);
      }
    };

    abstract void on(Store store, Path folder);
  }

  /** Without what is done beside the answer, of which any part may be there at this moment. */
  private static List<Operation> needed(FaultPoints points) {
    return points.operations().stream().filter(at -> !at.housekeeping()).toList();
  }

  private List<Operation> beforeTheAnswer(FileIO files, Call call) {
    FaultPoints points = FaultPoints.none();
    try (Store store =
        new DeltaStore(
            DeltaRoot.alone("file:" + folder.resolve("root"), files, Retry.defaults()))) {
      // Three times: the first makes the folders, the last stands on what the others left.
      for (int i = 0; i < 2; i++) {
        call.on(store, folder);
      }
      try (DiskTap tap = DiskTap.on(folder, points)) {
        call.on(store, folder);
        return needed(points);
      }
    }
  }

  private List<Operation> beforeTheFirstAnswer(FileIO files, Call call) {
    FaultPoints points = FaultPoints.none();
    try (Store store =
            new DeltaStore(
                DeltaRoot.alone("file:" + folder.resolve("root"), files, Retry.defaults()));
        DiskTap tap = DiskTap.on(folder, points)) {
      call.on(store, folder);
      return needed(points);
    }
  }

  private static LocalFileIO synced() {
    return new LocalFileIO(Map.of("parquet.compression", "SNAPPY"));
  }

  @ParameterizedTest
  @EnumSource(Call.class)
  void whatIsAcknowledgedWasSyncedBefore(Call call) {
    List<Operation> first = beforeTheFirstAnswer(synced(), call);
    assertThat(first).extracting(Operation::verb).contains("create", "write", "mkdir", "sync");
    assertThat(SyncOrder.gaps(first)).isEmpty();
    List<Operation> later = beforeTheAnswer(synced(), call);
    assertThat(later).extracting(Operation::verb).contains("create", "write", "sync");
    assertThat(SyncOrder.gaps(later)).isEmpty();
  }

  /** The same check of files that are never synced. */
  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {"APPEND", "CHANGE", "ALERT"})
  void withoutSyncingTheSameCheckFails(Call call) {
    assertThat(SyncOrder.gaps(beforeTheAnswer(new UnsyncedFiles(), call)))
        .anyMatch(gap -> gap.startsWith("content of") && gap.endsWith(".parquet"))
        .anyMatch(gap -> gap.startsWith("content of") && gap.endsWith(LocalFiles.TEMPORARY))
        .anyMatch(gap -> gap.startsWith("name of") && gap.endsWith(".parquet"))
        .anyMatch(gap -> gap.startsWith("name of") && gap.endsWith(".json"));
  }

  @Test
  void whatAKilledProcessAcknowledgedIsThere() throws Exception {
    int kills = Integer.getInteger("runlake.kills", 10);
    long seed = Long.getLong("runlake.seed", System.nanoTime());
    System.out.println("FlushDurability: " + kills + " kills, seed " + seed);
    Random random = new Random(seed);
    String uri = "delta:" + folder.resolve("root");
    Map<String, Integer> acknowledged = new HashMap<>();
    Set<String> ended = new HashSet<>();
    for (int kill = 0; kill < kills; kill++) {
      int lines = 1 + random.nextInt(18);
      long nanos = random.nextInt(40_000_000);
      Process child = ChildJvm.start(LoggingChild.class, uri, "3");
      try (BufferedReader output = StoreChild.output(child)) {
        List<String> said = StoreChild.read(output, lines);
        long until = System.nanoTime() + nanos;
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
        // By its handle: the process itself would close its output unread.
        child.toHandle().destroyForcibly();
        said.addAll(StoreChild.read(output, Integer.MAX_VALUE));
        for (String line : said) {
          // The end of a line says that the kill did not cut it.
          String[] words = line.split(" ");
          if (words.length == 4 && words[3].equals(".")) {
            acknowledged.merge(words[1], Integer.valueOf(words[2]), Math::max);
            if (words[0].equals("end")) {
              ended.add(words[1]);
            }
          }
        }
      }
      assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).isEqualTo(128 + 9);
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(kills);
    check(uri, acknowledged, ended);
    StoreInvariants.check(folder.resolve("root"));
  }

  private static void check(String uri, Map<String, Integer> acknowledged, Set<String> ended) {
    int points = 0;
    try (Runlake runlake = Runlake.open(uri)) {
      Map<String, Run> runs = new HashMap<>();
      runlake
          .searchRuns(RunQuery.all().withMaxResults(10_000))
          .runs()
          .forEach(run -> runs.put(run.id().value(), run));
      for (Map.Entry<String, Integer> known : acknowledged.entrySet()) {
        assertThat(runs).containsKey(known.getKey());
        Run run = runs.get(known.getKey());
        List<MetricPoint> history = runlake.metricHistory(run.id(), "m");
        assertThat(history).hasSizeGreaterThanOrEqualTo(known.getValue());
        for (int i = 0; i < history.size(); i++) {
          assertThat(history.get(i).value().step()).isEqualTo(i + 1);
          assertThat(history.get(i).value().value()).isEqualTo(i + 1);
        }
        points += known.getValue();
        if (ended.contains(known.getKey())) {
          assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
        }
      }
    }
    System.out.println(
        "FlushDurability: "
            + points
            + " acknowledged points of "
            + acknowledged.size()
            + " runs, "
            + ended.size()
            + " of them ended, are there");
  }
}
