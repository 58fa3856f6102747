package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.store.Alert;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The newest version is found without a listing where that is certain, and else by one. */
@Timeout(120)
class SteppingEngineTest {
  @TempDir Path folder;

  private final RecordingFiles files = new RecordingFiles();
  private int written;

  private DeltaTable<Alert> alerts(Map<String, String> more) {
    Map<String, String> properties = new TreeMap<>(TableSpec.ALERTS.properties());
    properties.putAll(more);
    TableSpec<Alert> spec =
        new TableSpec<>(
            "alerts",
            TableSpec.ALERTS.codec(),
            List.of(),
            TableSpec.ALERTS.partitionOf(),
            properties);
    return new DeltaTable<>(
        "file:" + folder.resolve("root"), spec, new StoreEngine(files, new HadoopFiles(Map.of())));
  }

  private DeltaTable<Alert> alerts() {
    return alerts(Map.of());
  }

  private Path log(String name) {
    return folder.resolve("root/alerts/_delta_log").resolve(name);
  }

  private Path entry(int version) {
    return log(String.format("%020d.json", version));
  }

  private Path checkpoint(int version) {
    return log(String.format("%020d.checkpoint.parquet", version));
  }

  private void write(DeltaTable<Alert> table, int commits) throws Exception {
    TableWriter<Alert> writer = new TableWriter<>(table, Retry.defaults(), Clock.systemUTC());
    for (int i = 0; i < commits; i++) {
      writer.append(List.of(new Alert(written++, "k", "s", "m", Optional.empty())));
      writer.housekeep();
    }
  }

  /** Removes the entries of versions, with checksums and checkpoints, as log clean-up does. */
  private void clean(int from, int to) throws IOException {
    for (int version = from; version < to; version++) {
      Files.delete(entry(version));
      Files.deleteIfExists(log(String.format("%020d.crc", version)));
    }
  }

  private void age(Path file, Duration age) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
  }

  /** The hint as it was before a later checkpoint. */
  private void hint(byte[] content) throws IOException {
    Files.write(log("_last_checkpoint"), content);
  }

  private record Loaded(long version, List<Long> rows, boolean listed) {}

  private Loaded load() {
    return load(alerts());
  }

  private Loaded load(DeltaTable<Alert> table) {
    files.taken();
    long version = table.load(new SettlingCommitter()).orElseThrow().getVersion();
    boolean listed = files.taken().stream().anyMatch(operation -> operation.startsWith("list "));
    List<Alert> rows = new ArrayList<>();
    new TableReader<>(table).read(Optional.empty(), rows::add);
    return new Loaded(version, rows.stream().map(Alert::at).sorted().toList(), listed);
  }

  private static void assertWhole(Loaded loaded, int commits) {
    assertThat(loaded.version()).isEqualTo(commits - 1);
    assertThat(loaded.rows()).hasSize(commits).doesNotHaveDuplicates();
  }

  @Test
  void aYoungLogIsNotListed() throws Exception {
    TableWriter<Alert> writer = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    int stepped = 0;
    for (int i = 0; i < 160; i++) {
      writer.append(List.of(new Alert(i, "k", "s", "m", Optional.empty())));
      writer.housekeep();
      if (i % 10 == 0 || i % 50 < 2 || i % 50 == 49) {
        Loaded loaded = load();
        assertWhole(loaded, i + 1);
        assertThat(loaded.listed()).as("version %d", i).isEqualTo(i < 50);
        stepped += loaded.listed() ? 0 : 1;
      }
    }
    assertThat(stepped).isGreaterThan(10);
  }

  @Test
  void aHintWhoseEntryIsCleanedAwayHidesNothing() throws Exception {
    write(alerts(), 60);
    byte[] old = Files.readAllBytes(log("_last_checkpoint"));
    byte[] kept = Files.readAllBytes(checkpoint(50));
    write(alerts(), 60);
    hint(old);
    assertWhole(load(), 120);
    clean(0, 100);
    Loaded cleaned = load();
    assertWhole(cleaned, 120);
    assertThat(cleaned.listed()).isTrue();
    Files.write(checkpoint(50), kept);
    assertWhole(load(), 120);
    Files.delete(checkpoint(50));
    assertWhole(load(), 120);
  }

  /** All that a look can see stands; that the entry is not young is what saves the commits. */
  @Test
  void anOldEntryIsNotTrustedToBeFollowedByAll() throws Exception {
    write(alerts(), 60);
    byte[] old = Files.readAllBytes(log("_last_checkpoint"));
    write(alerts(), 60);
    clean(51, 100);
    hint(old);
    assertThat(load().version()).as("what the bound is for").isEqualTo(50);
    age(entry(50), LogEntries.LONGEST.plusSeconds(1));
    assertWhole(load(), 120);
    age(entry(50), Duration.ofHours(-1));
    assertWhole(load(), 120);
  }

  @Test
  void aLogThatIsKeptForASecondIsTrustedForATenthOfIt() throws Exception {
    DeltaTable<Alert> table = alerts(Map.of("delta.logRetentionDuration", "interval 100 seconds"));
    write(table, 60);
    byte[] old = Files.readAllBytes(log("_last_checkpoint"));
    write(table, 60);
    clean(51, 100);
    hint(old);
    age(entry(50), Duration.ofSeconds(11));
    assertWhole(load(table), 120);
  }

  @Test
  void withoutAHintOrItsCheckpointTheLogIsListed() throws Exception {
    write(alerts(), 120);
    byte[] hint = Files.readAllBytes(log("_last_checkpoint"));
    Files.delete(log("_last_checkpoint"));
    Loaded without = load();
    assertWhole(without, 120);
    assertThat(without.listed()).isTrue();
    hint(hint);
    assertThat(load().listed()).isFalse();
    Files.move(checkpoint(100), log("away"));
    Loaded missing = load();
    assertWhole(missing, 120);
    assertThat(missing.listed()).isTrue();
    Files.createFile(checkpoint(100));
    assertWhole(load(), 120);
    Files.move(log("away"), checkpoint(100), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    hint("{\"version\":1000,\"size\":3}\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Loaded beyond = load();
    assertWhole(beyond, 120);
    assertThat(beyond.listed()).isTrue();
  }

  @Test
  void farBehindTheLogIsListed() throws Exception {
    write(alerts(), 60);
    byte[] old = Files.readAllBytes(log("_last_checkpoint"));
    write(alerts(), 130);
    hint(old);
    Loaded loaded = load();
    assertWhole(loaded, 190);
    assertThat(loaded.listed()).isTrue();
  }

  @Test
  void anEntryWithoutContentIsRefusedByName() throws Exception {
    write(alerts(), 60);
    Files.createFile(entry(60));
    assertThatThrownBy(this::load)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT))
        .hasMessageContaining("00000000000000000060.json is empty");
  }
}
