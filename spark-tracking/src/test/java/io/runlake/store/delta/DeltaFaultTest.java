package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.runlake.store.Alert;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the store does when the storage lies about a write. */
@Timeout(120)
class DeltaFaultTest {
  private static final ExperimentId EXPERIMENT = new ExperimentId("1");
  private static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");

  @TempDir Path folder;

  /** Pauses by moving its own clock, so that a minute of trying takes no time. */
  private static Retry instantRetry() {
    AtomicLong now = new AtomicLong();
    return new Retry(
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        now::get,
        millis -> now.addAndGet(Duration.ofMillis(millis).toNanos()));
  }

  private String root() {
    return "file:" + folder.resolve("root");
  }

  private static FaultyFiles everySecond(FaultyFiles.Fault fault) {
    return new FaultyFiles(write -> write % 2 == 0 ? FaultyFiles.Fault.NONE : fault);
  }

  private static MetricPoint point(RunId run, int step) {
    return new MetricPoint(EXPERIMENT, run, "m", new MetricValue(step, step, step));
  }

  /** The rows of a table as they stand in its files, duplicates included. */
  private <R> List<R> rawRows(TableSpec<R> spec) {
    List<R> rows = new ArrayList<>();
    new TableReader<>(new DeltaTable<>(root(), spec, engine(new LocalFileIO(Map.of()))))
        .read(Optional.empty(), rows::add);
    return rows;
  }

  private static StoreEngine engine(FileIO files) {
    return new StoreEngine(files, new HadoopFiles(Map.of()));
  }

  @ParameterizedTest
  @EnumSource(value = FaultyFiles.Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aLyingAnswerNeitherLosesNorDoublesARow(FaultyFiles.Fault fault) {
    FaultyFiles files = everySecond(fault);
    DeltaRoot store = DeltaRoot.alone(root(), files, instantRetry());
    RunId run = RunId.newId(NOW);
    for (int i = 0; i < 10; i++) {
      store
          .runs()
          .append(new RunBatch(List.of(point(run, i)), List.of(RunRow.of(run, EXPERIMENT))))
          .join();
    }
    store.leave();
    assertThat(files.faults.get()).isGreaterThanOrEqualTo(10);
    assertThat(rawRows(TableSpec.METRICS)).hasSize(10);
    assertThat(rawRows(TableSpec.RUNS)).hasSize(10);
  }

  /**
   * What the store would be without settling: an error is taken at its word, and the rows are
   * written to new files and sent again. This must double rows, or the test above shows nothing.
   */
  @Test
  void stagingAgainWithoutSettlingDoublesRows() throws Exception {
    FaultyFiles files = everySecond(FaultyFiles.Fault.LOST_ANSWER);
    DeltaTable<Alert> table = new DeltaTable<>(root(), TableSpec.ALERTS, engine(files));
    new TableWriter<>(table, instantRetry(), Clock.systemUTC())
        .append(List.of(new Alert(0, "k", "s", "m", Optional.empty())));
    for (int i = 1; i < 10; i++) {
      appendWithoutSettling(table, new Alert(i, "k", "s", "m", Optional.empty()));
    }
    assertThat(files.faults.get()).isPositive();
    assertThat(rawRows(TableSpec.ALERTS)).hasSizeGreaterThan(10);
  }

  private static void appendWithoutSettling(DeltaTable<Alert> table, Alert alert) throws Exception {
    while (true) {
      Optional<Snapshot> stock =
          Optional.of(TableManager.loadSnapshot(table.path()).build(table.engine()));
      SettlingCommitter unused = new SettlingCommitter();
      List<Row> actions = table.stage(List.of(alert), stock, unused);
      if (table.attempt(actions, stock, unused) instanceof CommitOutcome.Done) {
        return;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = FaultyFiles.Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aLyingAnswerGivesNoSecondVersion(FaultyFiles.Fault fault) {
    FaultyFiles files = everySecond(fault);
    DeltaRoot store = DeltaRoot.alone(root(), files, instantRetry());
    for (int i = 1; i <= 10; i++) {
      assertThat(NextVersion.register(store.registry())).isEqualTo(i);
    }
    store.leave();
    assertThat(files.faults.get()).isGreaterThanOrEqualTo(5);
    assertThat(rawRows(TableSpec.REGISTRY))
        .extracting(row -> row.entry().version())
        .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  }

  @Test
  void aDeadDiskIsOneClearErrorAndTheStoreGoesOnAfterwards() {
    FaultyFiles files = new FaultyFiles(write -> FaultyFiles.Fault.NONE);
    DeltaRoot store = DeltaRoot.alone(root(), files, instantRetry());
    RunRow before = RunRow.of(RunId.newId(NOW), EXPERIMENT);
    RunRow during = RunRow.of(RunId.newId(NOW), EXPERIMENT);
    RunRow after = RunRow.of(RunId.newId(NOW), EXPERIMENT);
    store.runs().append(RunBatch.of(before)).join();
    files.dead = true;
    CompletableFuture<Void> lost = store.runs().append(RunBatch.of(during));
    assertThatThrownBy(lost::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE))
        .hasMessageContaining(root() + "/runs")
        .hasMessageContaining("the disk does not answer")
        .hasMessageContaining("Check that the storage");
    files.dead = false;
    store.runs().append(RunBatch.of(after)).join();
    assertThat(store.runs().current(RunScan.all())).containsExactlyInAnyOrder(before, after);
    assertThat(store.counters().failed()).isEqualTo(1);
    assertThat(store.counters().stored()).isEqualTo(2);
    store.leave();
  }

  @Test
  void aBatchThatFitsNoColumnFailsAloneAndAtOnce() {
    DeltaRoot store = DeltaRoot.alone(root(), new LocalFileIO(Map.of()), instantRetry());
    RunId run = RunId.newId(NOW);
    MetricPoint tooLate =
        new MetricPoint(EXPERIMENT, run, "m", new MetricValue(0, Long.MAX_VALUE, 1));
    assertThatThrownBy(() -> store.runs().append(new RunBatch(List.of(tooLate), List.of())))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.INVALID))
        .hasMessageContaining("9223372036854775807");
    store.runs().append(new RunBatch(List.of(point(run, 1)), List.of())).join();
    assertThat(store.runs().points(run, Optional.empty())).hasSize(1);
    store.leave();
  }

  @Test
  void noTemporaryFileIsLeft() throws Exception {
    DeltaRoot store =
        DeltaRoot.alone(root(), everySecond(FaultyFiles.Fault.LOST_ANSWER), instantRetry());
    for (int i = 0; i < 3; i++) {
      store.runs().append(RunBatch.of(RunRow.of(RunId.newId(NOW), EXPERIMENT))).join();
    }
    store.leave();
    try (var files = Files.walk(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .isNotEmpty()
          .noneMatch(LocalFiles::isTemporary);
    }
  }
}
