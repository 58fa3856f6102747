package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one root, and processes that die. */
@Tag("slow")
@Timeout(300)
class DeltaProcessesTest {
  @TempDir Path folder;

  private String uri() {
    return "delta:" + folder.resolve("root");
  }

  private Store open() {
    return Stores.open(uri(), StoreOptions.defaults());
  }

  @Test
  void processesThatCreateAndFillOneStoreTogetherLoseNothing() throws Exception {
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      children.add(StoreChild.start(uri(), 2, 15, 4));
    }
    List<String> said = new ArrayList<>();
    for (Process child : children) {
      try (BufferedReader output = StoreChild.output(child)) {
        said.addAll(StoreChild.read(output, Integer.MAX_VALUE));
      }
      assertThat(child.waitFor()).isZero();
    }
    assertThat(said.stream().filter("done"::equals)).hasSize(3);
    try (Store store = open()) {
      assertThat(store.runs().current(RunScan.all()))
          .extracting(row -> "run " + row.runId())
          .hasSize(90)
          .containsExactlyInAnyOrderElementsOf(
              said.stream().filter(line -> line.startsWith("run ")).toList());
      for (RunRow run : store.runs().current(RunScan.all()).subList(0, 10)) {
        assertThat(store.runs().points(run.runId(), Optional.empty())).hasSize(1);
      }
      assertThat(said.stream().filter(line -> line.startsWith("version ")))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.rangeClosed(1, 24).mapToObj(number -> "version " + number).toList());
      assertThat(store.registry().history())
          .extracting(row -> row.revision())
          .containsExactlyElementsOf(IntStream.rangeClosed(1, 24).mapToObj(i -> (long) i).toList());
    }
  }

  @Test
  void whatAKilledProcessAcknowledgedIsThere() throws Exception {
    HashSet<String> acknowledged = new HashSet<>();
    for (int death = 0; death < 3; death++) {
      Process child = StoreChild.start(uri(), 4, 100_000, 0);
      try (BufferedReader output = StoreChild.output(child)) {
        acknowledged.addAll(StoreChild.read(output, 40 + 17 * death));
        // By its handle: the process itself would close its output unread.
        child.toHandle().destroyForcibly();
        acknowledged.addAll(StoreChild.read(output, Integer.MAX_VALUE));
      }
      assertThat(child.waitFor()).isEqualTo(128 + 9);
    }
    acknowledged.remove("ready");
    // A line may have been cut by the kill.
    acknowledged.removeIf(line -> line.length() != "run ".length() + 32);
    assertThat(acknowledged).hasSizeGreaterThan(150);
    try (Store store = open()) {
      List<RunRow> runs = store.runs().current(RunScan.all());
      assertThat(runs).extracting(row -> "run " + row.runId()).containsAll(acknowledged);
      for (RunRow run : runs.subList(0, 20)) {
        assertThat(store.runs().points(run.runId(), Optional.of("m")))
            .extracting(point -> point.value())
            .containsExactly(run.metrics().get("m"));
      }
      // The next process goes on as if nothing had happened.
      assertThat(store.runs().find(StoreChild.appendRun(store))).isPresent();
    }
  }
}
