package io.runlake.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two programs write, one reads, maintenance runs in a loop: nobody fails, every read is of a
 * committed version, nothing that was acknowledged is lost. For {@code
 * runlake.test.maintenance.seconds} (10), and until each has had a few turns.
 */
@Tag("slow")
class BesideWritersTest {
  private static final Duration FOR =
      Duration.ofSeconds(Long.getLong("runlake.test.maintenance.seconds", 10));

  private static final int MIN_ROUNDS = 2;
  private static final int MIN_READS = 3;

  @TempDir Path folder;

  @Test
  void maintenanceDisturbsNeitherWritersNorReaders() throws Exception {
    String uri = "delta:" + folder.resolve("root");
    List<Path> outputs = List.of(folder.resolve("a.out"), folder.resolve("b.out"));
    List<Process> writers = new ArrayList<>();
    for (Path output : outputs) {
      writers.add(writer(uri, output));
    }
    List<Long> reads = new CopyOnWriteArrayList<>();
    AtomicBoolean end = new AtomicBoolean();
    int rounds = 0;
    try {
      awaitFirstBatches(outputs, writers);
      CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> read(uri, end, reads));
      long until = System.nanoTime() + FOR.toNanos();
      // On a machine that does other things as well the time may not be enough.
      while (!reader.isDone()
          && (System.nanoTime() < until || rounds < MIN_ROUNDS || reads.size() < MIN_READS)) {
        MaintenanceReport report =
            Maintenance.run(
                TestSpark.session(), uri, MaintenanceOptions.defaults(), Fixture.NOWHERE);
        assertThat(report.failures()).isEmpty();
        rounds++;
      }
      end.set(true);
      reader.join();
      for (Process writer : writers) {
        writer.getOutputStream().write('\n');
        writer.getOutputStream().flush();
        assertThat(writer.waitFor()).describedAs("exit code of a writer").isZero();
      }
    } finally {
      end.set(true);
      writers.forEach(Process::destroyForcibly);
    }
    Set<String> acknowledged = acknowledged(outputs);
    System.out.printf(
        "BesideWriters: %d s, %d maintenances beside %d batches, %d reads%n",
        FOR.toSeconds(), rounds, acknowledged.size() / 2, reads.size());
    assertThat(rounds).isGreaterThanOrEqualTo(MIN_ROUNDS);
    assertThat(reads).hasSizeGreaterThanOrEqualTo(MIN_READS).isSorted();
    assertEverythingIsThere(uri, acknowledged);
    Maintenance.run(TestSpark.session(), uri, MaintenanceOptions.defaults(), Fixture.NOWHERE);
    assertEverythingIsThere(uri, acknowledged);
    assertThat(table("runs").where("level = 0").count()).isZero();
  }

  private static Process writer(String uri, Path output) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(System.getProperty("runlake.spark.module.options").strip().split("\\s+")));
    command.addAll(
        List.of(
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            LoadWriter.class.getName(),
            uri));
    return new ProcessBuilder(command)
        .redirectOutput(output.toFile())
        .redirectError(output.resolveSibling(output.getFileName() + ".err").toFile())
        .start();
  }

  private static void awaitFirstBatches(List<Path> outputs, List<Process> writers)
      throws Exception {
    while (acknowledged(outputs).size() < 20) {
      assertThat(writers).allMatch(Process::isAlive);
      Thread.onSpinWait();
    }
  }

  /** By Kernel and by Spark in turns. */
  private void read(String uri, AtomicBoolean end, List<Long> reads) {
    while (!end.get()) {
      long runs;
      try (Store store =
          Stores.open(
              uri, StoreOptions.defaults().withFileSystem(Map.of("runlake.test", "reader")))) {
        List<RunRow> current = store.runs().current(RunScan.all());
        assertThat(current).allMatch(row -> row.origin().isPresent());
        runs = current.size();
      }
      assertThat(runs).isEven();
      reads.add(runs);
      Row sum =
          table("metrics").distinct().selectExpr("sum(value)", "count(1)", "count(run_id)").first();
      assertThat(sum.getDouble(0)).isZero();
      assertThat(sum.getLong(1)).isEven();
    }
  }

  private org.apache.spark.sql.Dataset<Row> table(String name) {
    return TestSpark.session()
        .read()
        .format("delta")
        .load(folder.resolve("root").resolve(name).toString());
  }

  private void assertEverythingIsThere(String uri, Set<String> acknowledged) {
    try (Store store =
        Stores.open(uri, StoreOptions.defaults().withFileSystem(Map.of("runlake.test", "end")))) {
      Set<String> found =
          store.runs().current(RunScan.all()).stream()
              .map(row -> row.runId().value())
              .collect(Collectors.toSet());
      assertThat(found).containsAll(acknowledged);
    }
    Set<String> withPoints = new TreeSet<>();
    table("metrics")
        .select("run_id")
        .collectAsList()
        .forEach(row -> withPoints.add(row.getString(0)));
    assertThat(withPoints).containsAll(acknowledged);
  }

  private static Set<String> acknowledged(List<Path> outputs) throws Exception {
    Set<String> runs = new TreeSet<>();
    for (Path output : outputs) {
      String text = Files.readString(output);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        runs.addAll(List.of(line.split(" ")));
      }
    }
    return runs;
  }
}
