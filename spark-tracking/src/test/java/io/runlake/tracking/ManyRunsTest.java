package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver with eight busy threads, in a JVM of its own, read afterwards from this one. */
@Tag("slow")
class ManyRunsTest {
  private static final int THREADS = 8;
  private static final int RUNS = 25;

  @TempDir Path folder;

  @Test
  void twoHundredRunsWithoutLossOrTwin() throws Exception {
    Process driver = start();
    List<String> acknowledged = read(driver, Integer.MAX_VALUE);

    assertThat(driver.waitFor()).isZero();
    assertThat(acknowledged).hasSize(THREADS * RUNS).doesNotHaveDuplicates();
    try (Runlake runlake = Runlake.open(uri())) {
      List<Run> runs = runlake.searchRuns(RunQuery.all()).runs();
      assertThat(runs).extracting(run -> run.id().value()).hasSize(THREADS * RUNS);
      assertThat(new HashSet<>(runs.stream().map(run -> run.id().value()).toList()))
          .isEqualTo(new HashSet<>(acknowledged));
      assertComplete(runlake, acknowledged);
    }
  }

  @Test
  void whatEndRunAcknowledgedOutlivesAKillAtAnyMoment() throws Exception {
    Set<String> all = new HashSet<>();
    for (int afterRuns : new int[] {1, 17, 60}) {
      Process driver = start();
      List<String> acknowledged = read(driver, afterRuns);
      driver.toHandle().destroyForcibly();
      acknowledged.addAll(read(driver, Integer.MAX_VALUE));
      assertThat(driver.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(driver.exitValue()).isNotZero();

      assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(afterRuns);
      all.addAll(acknowledged);
      try (Runlake runlake = Runlake.open(uri())) {
        assertComplete(runlake, List.copyOf(all));
      }
    }
  }

  private void assertComplete(Runlake runlake, List<String> ids) {
    for (String id : ids) {
      Run run = runlake.getRun(new RunId(id)).orElseThrow();
      assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(run.params()).containsEntry("id", id);
      assertThat(runlake.metricHistory(run.id(), "loss")).hasSize(ManyRuns.POINTS);
    }
    assertThat(runlake.experiments()).hasSize(1);
  }

  private String uri() {
    return "delta:" + folder.resolve("store");
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ManyRuns.class.getName(),
            uri(),
            String.valueOf(THREADS),
            String.valueOf(RUNS))
        .redirectError(folder.resolve("stderr.txt").toFile())
        .start();
  }

  /** The next so many whole lines that the driver printed, fewer at its end. */
  private static List<String> read(Process driver, int lines) throws IOException {
    List<String> read = new ArrayList<>();
    BufferedReader out = driver.inputReader(StandardCharsets.US_ASCII);
    String line;
    while (read.size() < lines && (line = out.readLine()) != null) {
      if (line.matches("[0-9a-f]{32}")) {
        read.add(line);
      }
    }
    return read;
  }
}
