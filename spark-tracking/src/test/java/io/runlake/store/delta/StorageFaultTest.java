package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.errors.TrackingException;
import io.runlake.store.Alert;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.StoreException.Kind;
import io.runlake.testkit.Unreadable;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that are full and tables that were damaged or changed by others. */
@Timeout(120)
class StorageFaultTest {
  @TempDir Path folder;

  private String root() {
    return "file:" + folder.resolve("root");
  }

  private Path log() {
    return folder.resolve("root/alerts/_delta_log");
  }

  private Path entry(int version) {
    return log().resolve(String.format("%020d.json", version));
  }

  private static Retry instantRetry() {
    AtomicLong now = new AtomicLong();
    return new Retry(
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        now::get,
        millis -> now.addAndGet(Duration.ofMillis(millis).toNanos()));
  }

  private TableWriter<Alert> writer() {
    return new TableWriter<>(
        new DeltaTable<>(
            root(),
            TableSpec.ALERTS,
            new StoreEngine(
                new LocalFileIO(Map.of("parquet.compression", "SNAPPY")),
                new HadoopFiles(Map.of()))),
        instantRetry(),
        Clock.systemUTC());
  }

  private static Alert alert(long at) {
    return new Alert(at, "k", "s", "m", Optional.empty());
  }

  /** A table of so many versions, each of one row. */
  private void versions(int count) throws InterruptedException {
    TableWriter<Alert> writer = writer();
    for (int i = 0; i < count; i++) {
      writer.append(List.of(alert(i)));
      writer.housekeep();
    }
  }

  private List<Long> rows() {
    List<Long> rows = new ArrayList<>();
    CommitScript.raw(root(), TableSpec.ALERTS).forEach(row -> rows.add(row.at()));
    return rows;
  }

  private static Long[] numbers(int count) {
    return LongStream.range(0, count).boxed().toArray(Long[]::new);
  }

  private long dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("root"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  private void refused(
      Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as("%s", e).isEqualTo(kind))
        .satisfies(
            e -> {
              for (String word : words) {
                assertThat(e).hasMessageContaining(word);
              }
            });
  }

  // A full disk.

  @ParameterizedTest
  @ValueSource(strings = {".parquet", ".tmp", ""})
  void aFullDiskLosesNothingThatWaitsAndIsOneClearError(String full) {
    FaultPoints points = FaultPoints.none();
    RunlakeOptions options = RunlakeOptions.defaults().withFlushEvery(Duration.ofHours(1));
    try (Store store =
            new DeltaStore(
                DeltaRoot.alone(
                    root(),
                    new LocalFileIO(Map.of("parquet.compression", "SNAPPY")),
                    instantRetry()));
        DiskTap tap = DiskTap.on(folder, points);
        Runlake runlake = Runlake.over(store, options)) {
      ActiveRun run = runlake.startRun("full");
      run.logMetric("m", 0, 0);
      run.flush();
      points.fill(path -> path.endsWith(full));
      for (int step = 1; step < 50; step++) {
        run.logMetric("m", step, step);
      }
      assertThatThrownBy(run::flush)
          .isInstanceOf(TrackingException.class)
          .hasMessageContaining(root())
          .hasMessageContaining("No space left on device")
          .hasMessageContaining("has room");
      assertThat(CommitScript.raw(root(), TableSpec.METRICS)).hasSize(1);
      assertThatThrownBy(() -> store.alerts().append(alert(1)))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("No space left on device");
      assertThatThrownBy(() -> runlake.experiment("other"))
          .isInstanceOf(TrackingException.class)
          .hasMessageContaining("No space left on device");
      points.fill(path -> false);
      run.logMetric("m", 50, 50);
      run.flush();
      assertThat(runlake.metricHistory(run.id(), "m")).hasSize(51);
      assertThat(CommitScript.raw(root(), TableSpec.METRICS)).hasSize(51);
      run.endRun();
    }
  }

  @Test
  void aDiskThatIsFullAtTheCheckpointCostsNoCommit() throws Exception {
    FaultPoints points = FaultPoints.none();
    points.fill(path -> path.contains(".checkpoint."));
    try (DiskTap tap = DiskTap.on(folder, points)) {
      versions(52);
    }
    assertThat(log().resolve("_last_checkpoint")).doesNotExist();
    assertThat(rows()).containsExactlyInAnyOrder(numbers(52));
    try (Stream<Path> files = Files.list(log())) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.contains("checkpoint"));
    }
  }

  // What a listing does not show.

  @Test
  void aListingThatDoesNotShowTheNewestEntryYetCostsNothing() throws Exception {
    FaultyFiles files = new FaultyFiles(write -> FaultyFiles.Fault.NONE);
    for (int i = 0; i < 6; i++) {
      TableWriter<Alert> writer =
          new TableWriter<>(
              new DeltaTable<>(
                  root(), TableSpec.ALERTS, new StoreEngine(files, new HadoopFiles(Map.of()))),
              instantRetry(),
              Clock.systemUTC());
      files.staleListings.set(1);
      assertThat(writer.append(List.of(alert(i)))).isEqualTo(i);
    }
    assertThat(files.staleListings).hasValue(0);
    assertThat(rows()).containsExactlyInAnyOrder(numbers(6));
  }

  // Damaged logs.

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"add\":{\"path\":", "not json"})
  void aTornNewestEntryIsRefusedByItsTable(String content) throws Exception {
    versions(3);
    Files.writeString(entry(2), content);
    Files.deleteIfExists(log().resolve("00000000000000000002.crc"));
    refused(Kind.CORRUPT, this::rows, root() + "/alerts", content.isEmpty() ? entry(2) + "" : "");
    refused(Kind.CORRUPT, () -> writer().append(List.of(alert(9))), root() + "/alerts");
    assertThat(entry(3)).doesNotExist();
  }

  @Test
  void aGapInTheLogIsRefused() throws Exception {
    versions(4);
    Files.delete(entry(2));
    refused(Kind.CORRUPT, this::rows, root() + "/alerts", "([0, 1, 3])");
    refused(Kind.CORRUPT, () -> writer().append(List.of(alert(9))), root() + "/alerts");
    assertThat(entry(4)).doesNotExist();
  }

  @Test
  void aTemporaryFileBesideTheLogIsNoEntry() throws Exception {
    versions(2);
    Files.writeString(LocalFiles.temporary(entry(2)), "{\"half");
    assertThat(rows()).containsExactlyInAnyOrder(numbers(2));
    assertThat(writer().append(List.of(alert(2)))).isEqualTo(2);
    assertThat(rows()).containsExactlyInAnyOrder(numbers(3));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{\"vers", "{\"version\":40,\"size\":3}", "{\"version\":999,\"size\":3}"})
  void aBadHintToTheCheckpointIsPassedOver(String hint) throws Exception {
    versions(53);
    assertThat(log().resolve("_last_checkpoint")).exists();
    Files.writeString(log().resolve("_last_checkpoint"), hint);
    assertThat(rows()).containsExactlyInAnyOrder(numbers(53));
    assertThat(writer().append(List.of(alert(53)))).isEqualTo(53);
    assertThat(rows()).containsExactlyInAnyOrder(numbers(54));
  }

  @Test
  void aDamagedCheckpointIsAClearErrorThatNamesTheTable() throws Exception {
    versions(53);
    Path checkpoint = log().resolve("00000000000000000050.checkpoint.parquet");
    Files.write(checkpoint, new byte[] {1, 2, 3}, StandardOpenOption.TRUNCATE_EXISTING);
    refused(Kind.CORRUPT, this::rows, root() + "/alerts");
    // Appending needs to know nothing of what is in the table.
    assertThat(writer().append(List.of(alert(53)))).isEqualTo(53);
    Files.delete(checkpoint);
    assertThat(rows()).as("the log is whole").containsExactlyInAnyOrder(numbers(54));
  }

  // Damaged data.

  @Test
  void aTruncatedDataFileIsAClearErrorThatNamesIt() throws Exception {
    versions(2);
    Path file;
    try (Stream<Path> files = Files.list(folder.resolve("root/alerts"))) {
      file = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    byte[] content = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(content, content.length / 2));
    refused(Kind.CORRUPT, this::rows, root() + "/alerts", file.getFileName().toString());
  }

  @Test
  void anEntryThatCannotBeOpenedIsNotCalledDamaged() throws Exception {
    versions(2);
    Files.delete(entry(1));
    Files.createSymbolicLink(entry(1), Unreadable.file());
    refused(Kind.UNAVAILABLE, this::rows, root() + "/alerts", "Permission denied");
  }

  @Test
  void norIsALargeFileThatCannotBe() {
    LocalInputFile large = new LocalInputFile(Unreadable.file(), 8 << 20, new Configuration(false));
    assertThatThrownBy(large::newStream)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Permission denied");
  }

  // Tables that others changed.

  @ParameterizedTest
  @ValueSource(strings = {"theFutureFeature", "checkConstraints"})
  void aTableWithAFeatureThatIsNotWrittenIsRefusedBeforeADataFileIs(String feature)
      throws Exception {
    versions(2);
    String constraint =
        feature.equals("checkConstraints") ? "delta.constraints.c" : "delta.someones";
    String metadata =
        Files.readAllLines(entry(0)).stream()
            .filter(line -> line.startsWith("{\"metaData\""))
            .findFirst()
            .orElseThrow()
            .replace("\"runlake.format\"", "\"" + constraint + "\":\"at > 0\",\"runlake.format\"");
    Files.writeString(
        entry(2),
        "{\"commitInfo\":{\"timestamp\":1,\"operation\":\"x\",\"operationParameters\":{}}}\n"
            + "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":7,\"writerFeatures\":[\""
            + feature
            + "\",\"appendOnly\",\"invariants\"]}}\n"
            + metadata
            + "\n");
    long before = dataFiles();
    assertThatThrownBy(() -> writer().append(List.of(alert(2))))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(root() + "/alerts")
        .hasMessageContaining(feature);
    assertThat(dataFiles()).isEqualTo(before);
    assertThat(entry(3)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6})
  void aTableThatWasMadeAnewAtTheSamePlaceIsLeftWhole(int versions) throws Exception {
    TableWriter<Alert> writer = writer();
    for (int i = 0; i < 3; i++) {
      writer.append(List.of(alert(100 + i)));
    }
    try (Stream<Path> files = Files.walk(folder.resolve("root"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    versions(versions);
    try {
      writer.append(List.of(alert(versions)));
    } catch (StoreException e) {
      assertThat(e).hasMessageContaining(root() + "/alerts");
    }
    assertThat(rows()).contains(numbers(versions));
    assertThat(writer().append(List.of(alert(77)))).isPositive();
    assertThat(rows()).contains(77L).doesNotHaveDuplicates();
  }
}
