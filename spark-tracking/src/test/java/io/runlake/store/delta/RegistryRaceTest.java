package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.Snapshot;
import io.runlake.store.Alert;
import io.runlake.store.ExperimentRow;
import io.runlake.store.RegistryRow;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Numbers and names that several processes ask for at the same moment. */
@Tag("slow")
@Timeout(300)
class RegistryRaceTest {
  private static final int PROCESSES = 4;
  private static final int THREADS = 8;

  @TempDir Path folder;

  private String root() {
    return "file:" + folder.resolve("root");
  }

  @Test
  void versionsOfOneModelAreNumberedWithoutGapOrTwin() throws Exception {
    int each = 5;
    int all = PROCESSES * THREADS * each;
    Path model = CommitScript.model(folder);
    long start = System.nanoTime();
    List<String> said =
        RaceChild.race(PROCESSES, "delta:" + root(), RaceChild.Work.REGISTER, THREADS, each, model);
    report("VersionRace", said, start);

    assertThat(said).hasSize(all);
    assertThat(said)
        .extracting(line -> Integer.valueOf(line.split(" ")[1]))
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, all).boxed().toList());
    List<RegistryRow> rows = CommitScript.raw(root(), TableSpec.REGISTRY);
    assertThat(rows)
        .filteredOn(row -> row.entry().kind() == RegistryRow.Kind.VERSION)
        .extracting(row -> row.entry().version())
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, all).boxed().toList());
    // The first change writes the model beside its version, so that one revision has two rows.
    assertThat(rows).hasSize(all + 1);
    assertThat(rows.stream().map(RegistryRow::revision).distinct())
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, all).boxed().toList());
  }

  @Test
  void allWhoAskForAnExperimentByNameGetTheSameOne() throws Exception {
    int names = 20;
    long start = System.nanoTime();
    List<String> said =
        RaceChild.race(
            PROCESSES, "delta:" + root(), RaceChild.Work.EXPERIMENTS, THREADS, names, folder);
    report("GetOrCreate", said, start);

    assertThat(said).hasSize(PROCESSES * THREADS * names);
    List<ExperimentRow> rows = CommitScript.raw(root(), TableSpec.EXPERIMENTS);
    assertThat(rows).hasSize(names);
    Map<String, String> ids = new HashMap<>();
    rows.forEach(row -> ids.put(row.name(), row.experimentId().value()));
    assertThat(ids).hasSize(names);
    assertThat(said)
        .allSatisfy(line -> assertThat(line.split(" ")[2]).isEqualTo(ids.get(line.split(" ")[1])));
  }

  /**
   * What numbering would be without compare-and-swap: both read, both append the next number. This
   * must give a twin, or the race above shows nothing.
   */
  @Test
  void readingAndThenAppendingGivesTwins() throws Exception {
    List<TableWriter<Alert>> writers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      StoreEngine engine =
          new StoreEngine(
              new LocalFileIO(Map.of("parquet.compression", "SNAPPY")), new HadoopFiles(Map.of()));
      writers.add(
          new TableWriter<>(
              new DeltaTable<>(root(), TableSpec.ALERTS, engine),
              Retry.defaults(),
              Clock.systemUTC()));
    }
    writers.get(0).append(List.of(number(1)));
    Optional<Snapshot> seen = writers.get(1).newest();
    long next = CommitScript.raw(root(), TableSpec.ALERTS).size() + 1;
    for (TableWriter<Alert> writer : writers) {
      writer.append(List.of(number(next)));
    }
    assertThat(CommitScript.raw(root(), TableSpec.ALERTS))
        .extracting(Alert::at)
        .containsExactlyInAnyOrder(1L, 2L, 2L);
    assertThat(writers.get(1).compareAndSwap(List.of(number(next)), seen)).isFalse();
  }

  private static Alert number(long number) {
    return new Alert(number, "k", "s", "m", Optional.empty());
  }

  private static void report(String name, List<String> said, long start) {
    long[] micros =
        said.stream()
            .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
            .sorted()
            .toArray();
    System.out.printf(
        "{\"test\": \"%s\", \"calls\": %d, \"p50_ms\": %.1f, \"p95_ms\": %.1f, \"max_ms\": %.1f,"
            + " \"with_start_s\": %.1f}%n",
        name,
        micros.length,
        micros[micros.length / 2] / 1e3,
        micros[micros.length * 95 / 100] / 1e3,
        micros[micros.length - 1] / 1e3,
        (System.nanoTime() - start) / 1e9);
  }
}
