package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.Snapshot;
import io.runlake.store.Alert;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many small commits: the last tenth is like the first. Here operations are counted; with {@code
 * -Drunlake.soak.timed=true} and more commits, as {@code benchmarks/nightly/commit-soak} asks for,
 * latency and heap are compared too.
 */
@Tag("slow")
class CommitSoakTest {
  private static final int TENTHS = 10;
  private static final double MOST = 1.3;

  @TempDir Path folder;

  private final RecordingFiles files = new RecordingFiles();

  /** What was measured in one tenth. */
  private static final class Tenth {
    private final List<Double> commits = new ArrayList<>();
    private final List<Double> loads = new ArrayList<>();
    private int mostOperations;
    private int mostLoadOperations;
    private long heap;

    static double median(List<Double> values) {
      List<Double> sorted = new ArrayList<>(values);
      Collections.sort(sorted);
      return sorted.get(sorted.size() / 2);
    }
  }

  @Test
  void theLastCommitsAreLikeTheFirst() throws Exception {
    int commits = Integer.getInteger("runlake.soak.commits", 600);
    DeltaTable<Alert> table =
        new DeltaTable<>(
            "file:" + folder.resolve("root"),
            TableSpec.ALERTS,
            new StoreEngine(files, new HadoopFiles(Map.of())));
    TableWriter<Alert> writer = new TableWriter<>(table, Retry.defaults(), Clock.systemUTC());
    // So that the first tenth is not the JVM's start.
    int warm = Math.min(500, commits / TENTHS);
    for (int i = 0; i < warm; i++) {
      commit(writer, i);
      writer.housekeep();
    }
    List<Tenth> tenths = new ArrayList<>();
    for (int part = 0; part < TENTHS; part++) {
      tenths.add(tenth(table, writer, warm + part * (commits / TENTHS), commits / TENTHS));
    }
    Tenth first = tenths.get(0);
    Tenth last = tenths.get(TENTHS - 1);
    double commit = Tenth.median(last.commits) / Tenth.median(first.commits);
    double load = Tenth.median(last.loads) / Tenth.median(first.loads);
    double heap = (double) last.heap / first.heap;
    System.out.printf(
        Locale.ROOT,
        "{\"name\":\"commit-soak\",\"commits\":%d,\"commit_ms\":[%.2f,%.2f],\"commit_ratio\":%.3f,"
            + "\"load_ms\":[%.2f,%.2f],\"load_ratio\":%.3f,\"commit_operations\":[%d,%d],"
            + "\"load_operations\":[%d,%d],\"heap_mb\":[%d,%d],\"heap_ratio\":%.3f}%n",
        commits,
        Tenth.median(first.commits),
        Tenth.median(last.commits),
        commit,
        Tenth.median(first.loads),
        Tenth.median(last.loads),
        load,
        first.mostOperations,
        last.mostOperations,
        first.mostLoadOperations,
        last.mostLoadOperations,
        first.heap >> 20,
        last.heap >> 20,
        heap);
    assertThat(last.mostOperations).isLessThanOrEqualTo(Math.max(10, first.mostOperations));
    assertThat(last.mostLoadOperations).isLessThanOrEqualTo(Math.max(80, first.mostLoadOperations));
    if (Boolean.getBoolean("runlake.soak.timed")) {
      assertThat(commit).as("commit latency").isLessThanOrEqualTo(MOST);
      assertThat(load).as("snapshot load").isLessThanOrEqualTo(MOST);
      assertThat(last.heap).as("heap").isLessThanOrEqualTo(first.heap * 11 / 10 + (8 << 20));
    }
  }

  private Tenth tenth(DeltaTable<Alert> table, TableWriter<Alert> writer, int from, int count)
      throws Exception {
    Tenth tenth = new Tenth();
    for (int i = from; i < from + count; i++) {
      files.taken();
      long began = System.nanoTime();
      commit(writer, i);
      tenth.commits.add((System.nanoTime() - began) / 1e6);
      tenth.mostOperations = Math.max(tenth.mostOperations, files.taken().size());
      writer.housekeep();
      if (i % 7 == 0) {
        files.taken();
        long loading = System.nanoTime();
        Optional<Snapshot> loaded = table.load(new SettlingCommitter());
        tenth.loads.add((System.nanoTime() - loading) / 1e6);
        List<String> operations = files.taken();
        assertThat(loaded).isPresent();
        assertThat(operations)
            .as("a listing takes the longer the longer the log is")
            .noneMatch(operation -> operation.startsWith("list "));
        tenth.mostLoadOperations = Math.max(tenth.mostLoadOperations, operations.size());
      }
    }
    files.taken();
    System.gc();
    tenth.heap = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    return tenth;
  }

  private static void commit(TableWriter<Alert> writer, int i) throws InterruptedException {
    writer.append(List.of(new Alert(i, "k", "s", "m", Optional.empty())));
  }
}
