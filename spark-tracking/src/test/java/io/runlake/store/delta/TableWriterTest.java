package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.checksum.CRCInfo;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.runlake.store.Alert;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.StateTable.Decision;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How changes become commits, and how long a version is trusted. */
@Timeout(120)
class TableWriterTest {
  private static final ExperimentId EXPERIMENT = new ExperimentId("1");

  @TempDir Path folder;

  /** A clock that stands until it is moved. */
  private static final class Hands extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private String root() {
    return "file:" + folder.resolve("root");
  }

  private DeltaTable<Alert> alerts() {
    return new DeltaTable<>(
        root(),
        TableSpec.ALERTS,
        new StoreEngine(
            new LocalFileIO(Map.of("parquet.compression", "SNAPPY")), new HadoopFiles(Map.of())));
  }

  private static Alert alert(int at) {
    return new Alert(at, "k", "s", "m", Optional.empty());
  }

  private List<Long> written() {
    List<Alert> rows = new ArrayList<>();
    new TableReader<>(alerts()).read(Optional.empty(), rows::add);
    return rows.stream().map(Alert::at).toList();
  }

  private static RunBatch batch() {
    return RunBatch.of(RunRow.of(RunId.newId(Instant.now()), EXPERIMENT));
  }

  @Test
  void whatWaitsBecomesOneCommit() throws Exception {
    FaultyFiles files = new FaultyFiles(write -> FaultyFiles.Fault.NONE);
    DeltaRoot store = DeltaRoot.alone(root(), files, Retry.defaults());
    store.runs().append(batch()).join();
    files.gate = new CountDownLatch(1);
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      waiting.add(store.runs().append(batch()));
    }
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    files.gate.countDown();
    CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)).join();
    assertThat(store.runs().current(RunScan.all())).hasSize(41);
    store.leave();
    // The one in flight when the gate closed, and all that waited behind it.
    assertThat(folder.resolve("root/runs/_delta_log/00000000000000000003.json")).doesNotExist();
  }

  @Test
  void changesThatWaitAreDecidedInSequenceAndCommittedTogether() throws Exception {
    FaultyFiles files = new FaultyFiles(write -> FaultyFiles.Fault.NONE);
    DeltaRoot store = DeltaRoot.alone(root(), files, Retry.defaults());
    CountDownLatch gate = new CountDownLatch(1);
    files.gate = gate;
    List<CompletableFuture<Integer>> changes = new ArrayList<>();
    CountDownLatch called = new CountDownLatch(1);
    changes.add(
        CompletableFuture.supplyAsync(
            () -> register(store, false, called), task -> new Thread(task).start()));
    called.await();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      boolean fails = i == 2;
      CompletableFuture<Integer> change = new CompletableFuture<>();
      changes.add(change);
      Thread caller =
          new Thread(
              () -> {
                try {
                  change.complete(register(store, fails, called));
                } catch (RuntimeException e) {
                  change.completeExceptionally(e);
                }
              });
      caller.start();
      callers.add(caller);
    }
    for (Thread caller : callers) {
      while (caller.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    gate.countDown();
    List<Integer> numbers = new ArrayList<>();
    int refused = 0;
    for (CompletableFuture<Integer> change : changes) {
      try {
        numbers.add(change.join());
      } catch (RuntimeException e) {
        assertThat(e).hasRootCauseMessage("not I");
        refused++;
      }
    }
    store.leave();
    assertThat(numbers).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
    assertThat(refused).isEqualTo(1);
    assertThat(folder.resolve("root/registry/_delta_log/00000000000000000001.json")).exists();
    assertThat(folder.resolve("root/registry/_delta_log/00000000000000000002.json")).doesNotExist();
  }

  /** An earlier change that is still to be decided would take it along. */
  @Test
  void aChangeThatAClosingStoreTurnsAwayIsNotMade() throws Exception {
    FaultyFiles files = new FaultyFiles(write -> FaultyFiles.Fault.NONE);
    DeltaRoot store = DeltaRoot.alone(root(), files, Retry.defaults());
    files.gate = new CountDownLatch(1);
    CountDownLatch called = new CountDownLatch(1);
    Thread inFlight = new Thread(() -> register(store, false, called));
    inFlight.start();
    called.await();
    Thread waits = new Thread(() -> register(store, false, called));
    waits.start();
    awaitState(waits, Thread.State.WAITING);
    Thread closer = new Thread(store::leave);
    closer.start();
    awaitState(closer, Thread.State.TIMED_WAITING);
    assertThatThrownBy(() -> register(store, false, called))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("nothing was changed");
    files.gate.countDown();
    for (Thread thread : List.of(inFlight, waits, closer)) {
      thread.join();
    }
    DeltaRoot later = DeltaRoot.alone(root(), files, Retry.defaults());
    assertThat(later.registry().current()).hasSize(2);
    later.leave();
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.isAlive() && thread.getState() != state) {
      Thread.onSpinWait();
    }
  }

  private static int register(DeltaRoot store, boolean fails, CountDownLatch called) {
    return store
        .registry()
        .change(
            state -> {
              called.countDown();
              if (fails) {
                throw new IllegalStateException("not I");
              }
              return NextVersion.decide(state);
            });
  }

  @Test
  void anOldVersionIsReadAnewBeforeAnythingIsBuiltOnIt() throws Exception {
    // Its own entry still stands: that its age alone is enough is what is asked here.
    assertThat(versionWrittenAfterCleanUp(2, Duration.ofMinutes(11))).isEqualTo(60);
    assertThat(written()).hasSize(61).contains(1_000L);
  }

  @Test
  void aYoungVersionIsReadAnewWhenItsEntryIsGone() throws Exception {
    assertThat(versionWrittenAfterCleanUp(0, Duration.ZERO)).isEqualTo(60);
    assertThat(written()).hasSize(61).contains(1_000L);
  }

  /** With neither the commit is acknowledged and in no version: what they are for. */
  @Test
  void withoutABoundACommitIsLostBehindCleanUp() throws Exception {
    assertThat(versionWrittenAfterCleanUp(2, Duration.ZERO)).isEqualTo(2);
    assertThat(written()).doesNotContain(1_000L);
  }

  /** A clock that was set back makes nothing younger. */
  @Test
  void aVersionFromTheFutureIsReadAnew() throws Exception {
    assertThat(versionWrittenAfterCleanUp(2, Duration.ofDays(-1))).isEqualTo(60);
    assertThat(written()).hasSize(61).contains(1_000L);
  }

  /**
   * A writer keeps version 1 while another one writes up to version 59 and the log is cleaned from
   * a version on up to the checkpoint; then time passes and it writes.
   */
  private long versionWrittenAfterCleanUp(int cleanedFrom, Duration pause) throws Exception {
    Hands hands = new Hands();
    TableWriter<Alert> sleeper = new TableWriter<>(alerts(), Retry.defaults(), hands);
    sleeper.append(List.of(alert(0)));
    sleeper.append(List.of(alert(1)));
    TableWriter<Alert> busy = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    for (int i = 2; i < 60; i++) {
      busy.append(List.of(alert(i)));
      busy.housekeep();
    }
    Path log = folder.resolve("root/alerts/_delta_log");
    assertThat(log.resolve("00000000000000000050.checkpoint.parquet")).exists();
    for (int version = cleanedFrom; version < 50; version++) {
      Files.delete(log.resolve(String.format("%020d.json", version)));
    }
    hands.now = hands.now.plus(pause);
    return sleeper.append(List.of(alert(1_000)));
  }

  @Test
  void aCheckpointWhoseRowsCannotBeReadGetsNoName() throws Exception {
    alertsWritten(3);
    StoreEngine engine = alerts().engine();
    String checkpoint = root() + "/alerts/_delta_log/00000000000000000002.checkpoint.parquet";
    FilteredColumnarBatch first =
        new FilteredColumnarBatch(
            TableSpec.ALERTS.columns(List.of(alert(1)), ""), Optional.empty());
    CloseableIterator<FilteredColumnarBatch> broken =
        Utils.toCloseableIterator(List.of(first, first).iterator())
            .map(
                new Function<FilteredColumnarBatch, FilteredColumnarBatch>() {
                  private int served;

                  @Override
                  public FilteredColumnarBatch apply(FilteredColumnarBatch batch) {
                    if (served++ > 0) {
                      throw new IllegalStateException("the log could not be read");
                    }
                    return batch;
                  }
                });
    assertThatThrownBy(
            () -> engine.getParquetHandler().writeParquetFileAtomically(checkpoint, broken))
        .hasStackTraceContaining("the log could not be read");
    assertThat(LocalFiles.path(checkpoint)).doesNotExist();
    assertThat(written()).hasSize(3);
  }

  private void alertsWritten(int count) throws InterruptedException {
    TableWriter<Alert> writer = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    for (int i = 0; i < count; i++) {
      writer.append(List.of(alert(i)));
    }
  }

  @Test
  void aLostRaceIsRebasedWithTheSameFile() throws Exception {
    alertsWritten(1);
    TableWriter<Alert> one = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    TableWriter<Alert> two = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    for (int i = 1; i < 20; i += 2) {
      assertThat(one.append(List.of(alert(i)))).isEqualTo(i);
      assertThat(two.append(List.of(alert(i + 1)))).isEqualTo(i + 1);
    }
    assertThat(written()).hasSize(21).doesNotHaveDuplicates();
    try (var files = Files.list(folder.resolve("root/alerts"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(21);
    }
  }

  /** Spark refuses a table whose checksum tells of other files than its log. */
  @Test
  void aLostRaceIsNotCountedInTheChecksum() throws Exception {
    alertsWritten(1);
    TableWriter<Alert> one = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    TableWriter<Alert> two = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    for (int i = 1; i < 21; i += 2) {
      one.append(List.of(alert(i)));
      one.housekeep();
      two.append(List.of(alert(i + 1)));
      two.housekeep();
    }
    for (int version : List.of(10, 20)) {
      JsonNode checksum = checksum(version);
      assertThat(checksum.path("numFiles").intValue()).isEqualTo(version + 1);
      JsonNode counts = checksum.path("fileSizeHistogram").path("fileCounts");
      int counted = 0;
      for (JsonNode count : counts) {
        counted += count.intValue();
      }
      assertThat(counts.isMissingNode() || counted == version + 1).as("%s", checksum).isTrue();
    }
  }

  /** Without it each lost race would read the whole log. */
  @Test
  void aVersionIsFollowedOverTheEntriesOfOthers() throws Exception {
    alertsWritten(1);
    TableWriter<Alert> one = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    one.append(List.of(alert(1)));
    SnapshotImpl known = (SnapshotImpl) one.newest().orElseThrow();
    TableWriter<Alert> two = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    two.append(List.of(alert(2)));
    two.append(List.of(alert(3)));
    SnapshotImpl next = VersionChain.advance(alerts().engine(), known).orElseThrow();
    SnapshotImpl read = (SnapshotImpl) alerts().load(new SettlingCommitter()).orElseThrow();
    CRCInfo truth = VersionChain.withChecksum(alerts().engine(), read).getCurrentCrcInfo().get();
    CRCInfo told = next.getCurrentCrcInfo().orElseThrow();
    assertThat(told.getVersion()).isEqualTo(3).isEqualTo(truth.getVersion());
    assertThat(told.getNumFiles()).isEqualTo(4).isEqualTo(truth.getNumFiles());
    assertThat(told.getTableSizeBytes()).isEqualTo(truth.getTableSizeBytes());
  }

  private JsonNode checksum(int version) throws IOException {
    return new ObjectMapper()
        .readTree(
            folder.resolve(String.format("root/alerts/_delta_log/%020d.crc", version)).toFile());
  }

  @Test
  void compareAndSwapRefusesAnOldVersion() throws Exception {
    alertsWritten(1);
    TableWriter<Alert> writer = new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
    Optional<Snapshot> old = writer.newest();
    assertThat(writer.compareAndSwap(List.of(alert(1)), old)).isTrue();
    assertThat(writer.compareAndSwap(List.of(alert(2)), old)).isFalse();
    assertThat(writer.compareAndSwap(List.of(alert(3)), Optional.empty())).isFalse();
    assertThat(written()).containsExactlyInAnyOrder(0L, 1L);
  }

  @Test
  void storesOfOneProcessShareTheWritersOfARoot() throws Exception {
    String uri = "delta:" + folder.resolve("root");
    Store one = Stores.open(uri, StoreOptions.defaults());
    Store two = Stores.open("delta:" + root() + "/", StoreOptions.defaults());
    assertThat(two.runs()).isSameAs(one.runs());
    one.runs().append(batch());
    one.close();
    one.close();
    assertThat(two.runs().current(RunScan.all())).hasSize(1);
    two.runs().append(batch()).join();
    two.close();
    assertThatWritersEnd();
    assertThatThrownBy(() -> two.runs().append(batch()).join())
        .hasCauseInstanceOf(StoreException.class)
        .hasMessageContaining("is closed");
    assertThatThrownBy(() -> two.registry().change(state -> Decision.keep(1)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("closed");
    try (Store three = Stores.open(uri, StoreOptions.defaults())) {
      assertThat(three.runs()).isNotSameAs(one.runs());
      assertThat(three.runs().current(RunScan.all())).hasSize(2);
    }
  }

  @Test
  void closingOnAnInterruptedThreadStoresWhatWasLogged() throws Exception {
    FaultyFiles files = new FaultyFiles(write -> FaultyFiles.Fault.NONE);
    DeltaRoot store = DeltaRoot.alone(root(), files, Retry.defaults());
    store.runs().append(batch()).join();
    files.gate = new CountDownLatch(1);
    List<CompletableFuture<Void>> logged = new ArrayList<>();
    FutureTask<Boolean> closing =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              for (int i = 0; i < 3; i++) {
                logged.add(store.runs().append(batch()));
              }
              store.leave();
              return Thread.currentThread().isInterrupted();
            });
    Thread closer = new Thread(closing);
    closer.start();
    awaitState(closer, Thread.State.TIMED_WAITING);
    files.gate.countDown();
    assertThat(closing.get()).as("it stays interrupted").isTrue();
    assertThat(logged).hasSize(3).allSatisfy(CompletableFuture::join);
    assertThatWritersEnd();
    DeltaRoot later = DeltaRoot.alone(root(), files, Retry.defaults());
    assertThat(later.runs().current(RunScan.all())).hasSize(4);
    later.leave();
  }

  /** Their work is over; they may still be on their last instructions. */
  private void assertThatWritersEnd() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("runlake-") && thread.getName().contains("" + folder)) {
        thread.join(Duration.ofSeconds(30).toMillis());
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }
}
