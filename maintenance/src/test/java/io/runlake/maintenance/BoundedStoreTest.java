package io.runlake.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.StateTable.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A store that is written to and maintained by turns does not grow but by its rows: thousands of
 * commits, each a small file in two tables, and after each maintenance the same few live files and
 * a log as long as after the first. Before each the log is made as old as it is kept.
 */
@Tag("slow")
class BoundedStoreTest {
  private static final int ROUNDS = 3;
  private static final int BATCHES = Integer.getInteger("runlake.test.maintenance.batches", 340);

  /** What can lie between two checkpoints, fifty commits apart, and what maintenance adds. */
  private static final int LONGEST_LOG = 80;

  private static final List<Instant> MONTHS = List.of(Fixture.OCTOBER, Fixture.NOVEMBER);

  @TempDir Path folder;

  /** What lies there after a maintenance. */
  private record Left(int runFiles, int metricFiles, int runLog, int metricLog) {}

  @Test
  void afterEachMaintenanceTheStoreIsAsSmallAsAfterTheFirst() throws Exception {
    List<Left> left = new ArrayList<>();
    List<RunId> runs = new ArrayList<>();
    try (Fixture fixture = new Fixture(folder)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < BATCHES; i++) {
          Instant start = MONTHS.get(i % 2);
          RunId run = RunId.newId(start);
          runs.add(run);
          fixture
              .store
              .runs()
              .append(
                  new RunBatch(
                      List.of(Fixture.point(run, "m", i, i, i)),
                      List.of(Fixture.created(run, Fixture.EXPERIMENT, start))))
              .join();
        }
        assertThat(fixture.table("runs").inputFiles()).hasSizeGreaterThanOrEqualTo(BATCHES);
        assertThat(fixture.table("metrics").inputFiles()).hasSizeGreaterThanOrEqualTo(BATCHES);
        // Behind the checkpoints and checksums, which are written beside the commits.
        fixture.store.experiments().change(state -> Decision.keep(0));
        for (String table : List.of("runs", "metrics")) {
          age(log(fixture, table));
        }
        assertThat(fixture.maintain().failures()).isEmpty();
        left.add(left(fixture));
        assertThat(fixture.current()).hasSameSizeAs(runs).containsKey(runs.get(0).value());
        assertThat(fixture.table("metrics").count()).isEqualTo(runs.size());
      }
      assertThat(fixture.version("runs") + fixture.version("metrics"))
          .as("commits")
          .isGreaterThanOrEqualTo(2L * ROUNDS * BATCHES);
      assertThat(fixture.current().values()).allMatch(BoundedStoreTest::whole);
    }
    System.out.printf(Locale.ROOT, "after each of %d maintenances: %s%n", ROUNDS, left);
    for (Left after : left) {
      assertThat(after.runFiles()).isEqualTo(MONTHS.size());
      assertThat(after.metricFiles()).isEqualTo(MONTHS.size());
      assertThat(after.runLog()).isLessThan(LONGEST_LOG);
      assertThat(after.metricLog()).isLessThan(LONGEST_LOG);
    }
  }

  private static boolean whole(RunRow row) {
    return row.origin().isPresent() && row.metrics().containsKey("m");
  }

  private static Left left(Fixture fixture) throws IOException {
    return new Left(
        fixture.table("runs").inputFiles().length,
        fixture.table("metrics").inputFiles().length,
        WornStore.filesBelow(log(fixture, "runs")).size(),
        WornStore.filesBelow(log(fixture, "metrics")).size());
  }

  private static Path log(Fixture fixture, String table) {
    return fixture.root.resolve(table).resolve("_delta_log");
  }

  /** Beyond the day for which the log of these tables is kept. */
  private static void age(Path log) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        WornStore.age(file, Duration.ofDays(3));
      }
    }
  }
}
