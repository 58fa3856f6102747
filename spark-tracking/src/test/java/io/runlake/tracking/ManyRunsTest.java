package io.runlake.tracking;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunStatus;
import io.runlake.testkit.HdfsCluster;
import io.runlake.testkit.TestSpark;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drivers with eight busy threads each, in JVMs of their own, read afterwards from this one. */
@Tag("slow")
class ManyRunsTest {
  private static final int THREADS = 8;
  private static final int RUNS = 25;

  /** So many that a driver is still at work when it is killed, however late that is. */
  private static final int LONG = 4 * RUNS;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"file", "hdfs"})
  void twoDriversFillOneStoreWithoutLossOrTwin(String fileSystem) throws Exception {
    String root = root(fileSystem);
    Process one = start(root);
    Process other = start(root);
    CompletableFuture<List<String>> ofOther = CompletableFuture.supplyAsync(() -> rest(other));
    List<String> acknowledged = rest(one);
    acknowledged.addAll(ofOther.get());

    assertThat(List.of(one.waitFor(), other.waitFor())).containsOnly(0);
    assertThat(acknowledged).hasSize(2 * THREADS * RUNS).doesNotHaveDuplicates();
    assertThat(assertComplete(root, acknowledged)).isEqualTo(2 * THREADS * RUNS);
  }

  /** While the other goes on. */
  @ParameterizedTest
  @ValueSource(strings = {"file", "hdfs"})
  void whatAKilledDriverOfTwoHadAcknowledgedIsThere(String fileSystem) throws Exception {
    String root = root(fileSystem);
    Process killed = start(root, LONG);
    Process other = start(root);
    CompletableFuture<List<String>> ofOther = CompletableFuture.supplyAsync(() -> rest(other));
    List<String> ofKilled = killAfter(killed, THREADS * RUNS / 2);

    assertThat(ofKilled.size()).isBetween(THREADS * RUNS / 2, THREADS * LONG - 1);
    assertThat(ofOther.get()).hasSize(THREADS * RUNS);
    assertThat(other.waitFor()).isZero();
    List<String> acknowledged = new ArrayList<>(ofKilled);
    acknowledged.addAll(ofOther.get());
    assertComplete(root, acknowledged);
  }

  @Test
  void whatEndRunAcknowledgedOutlivesAKillAtAnyMoment() throws Exception {
    Set<String> all = new HashSet<>();
    for (int afterRuns : new int[] {1, 17, 60}) {
      List<String> acknowledged = killAfter(start(root("file")), afterRuns);
      assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(afterRuns);
      all.addAll(acknowledged);
      assertComplete(root("file"), all);
    }
  }

  private String root(String fileSystem) {
    return fileSystem.equals("hdfs")
        ? HdfsCluster.shared().uri() + "/many/" + folder.getFileName()
        : folder.resolve("store").toString();
  }

  /**
   * Each run once, finished, with its param and its points.
   *
   * @return how many runs there are, others included
   */
  private static int assertComplete(String root, Collection<String> ids) {
    List<Run> runs;
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      runs = runlake.searchRuns(RunQuery.all()).runs();
      assertThat(runlake.experiments()).hasSize(1);
    }
    Map<String, Run> byId =
        runs.stream().collect(Collectors.toMap(run -> run.id().value(), Function.identity()));
    Map<String, Long> points = points(root);
    for (String id : ids) {
      assertThat(byId).containsKey(id);
      assertThat(byId.get(id).status()).isEqualTo(RunStatus.FINISHED);
      assertThat(byId.get(id).params()).containsEntry("id", id);
      assertThat(points).containsEntry(id, (long) ManyRuns.POINTS);
    }
    return runs.size();
  }

  /** How many points each run has, by a reader that is not ours. */
  private static Map<String, Long> points(String root) {
    return TestSpark.session()
        .read()
        .format("delta")
        .load(root + "/metrics")
        .where(col("key").equalTo("loss"))
        .select("run_id", "step", "timestamp", "value")
        .distinct()
        .groupBy("run_id")
        .count()
        .collectAsList()
        .stream()
        .collect(Collectors.toMap(row -> row.getString(0), (Row row) -> row.getLong(1)));
  }

  private Process start(String root) throws IOException {
    return start(root, RUNS);
  }

  private Process start(String root, int runs) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            ManyRuns.class.getName(),
            "delta:" + root,
            String.valueOf(THREADS),
            String.valueOf(runs))
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("stderr.txt").toFile()))
        .start();
  }

  private static List<String> killAfter(Process driver, int runs) throws Exception {
    List<String> acknowledged = read(driver, runs);
    // By its handle: the process itself would close its output unread.
    driver.toHandle().destroyForcibly();
    acknowledged.addAll(rest(driver));
    assertThat(driver.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(driver.exitValue()).isEqualTo(128 + 9);
    return acknowledged;
  }

  private static List<String> rest(Process driver) {
    try {
      return read(driver, Integer.MAX_VALUE);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
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
