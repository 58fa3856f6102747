package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.store.Alert;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a commit costs, what it rides out and what it refuses; operations are counted, not timed.
 */
@Timeout(240)
class CommitProtocolTest {
  private static final ExperimentId EXPERIMENT = new ExperimentId("1");

  @TempDir Path folder;

  private final RecordingFiles files = new RecordingFiles();

  /** A clock that stands until it is moved. */
  private static final class Hands extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

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

  /** Pauses by moving its own clock, so that a minute of trying takes no time. */
  private static Retry instantRetry(AtomicLong slept) {
    return new Retry(
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        slept::get,
        millis -> slept.addAndGet(Duration.ofMillis(millis).toNanos()));
  }

  private String root() {
    return "file:" + folder.resolve("root");
  }

  private Path log() {
    return folder.resolve("root/alerts/_delta_log");
  }

  private DeltaTable<Alert> alerts() {
    return new DeltaTable<>(
        root(), TableSpec.ALERTS, new StoreEngine(files, new HadoopFiles(Map.of())));
  }

  private TableWriter<Alert> writer() {
    return new TableWriter<>(alerts(), Retry.defaults(), Clock.systemUTC());
  }

  private static List<Alert> alert(long at) {
    return List.of(new Alert(at, "k", "s", "m", Optional.empty()));
  }

  private List<Long> written() {
    List<Alert> rows = new ArrayList<>();
    DeltaTable<Alert> table =
        new DeltaTable<>(
            root(),
            TableSpec.ALERTS,
            new StoreEngine(new LocalFileIO(Map.of()), new HadoopFiles(Map.of())));
    new TableReader<>(table).read(Optional.empty(), rows::add);
    return rows.stream().map(Alert::at).sorted().toList();
  }

  /** The operations of one commit, with the names of files made alike. */
  private List<String> operationsOf(TableWriter<Alert> writer, long at) throws Exception {
    files.taken();
    writer.append(alert(at));
    List<String> taken = files.taken();
    writer.housekeep();
    return taken.stream()
        .map(operation -> operation.replace(root() + "/alerts/", ""))
        .map(operation -> operation.replaceAll("[0-9a-f-]{36}-000", "data"))
        .map(operation -> operation.replaceAll("\\d{20}", "N"))
        .toList();
  }

  @Test
  void aCommitCostsTheSameFewOperationsHoweverLongTheLog() throws Exception {
    TableWriter<Alert> writer = writer();
    List<List<String>> steady = new ArrayList<>();
    int most = 0;
    for (int i = 0; i <= 400; i++) {
      List<String> operations = operationsOf(writer, i);
      if (i == 30 || i == 400 - 1) {
        steady.add(operations);
      }
      most = i == 0 ? most : Math.max(most, operations.size());
    }
    assertThat(steady.get(0))
        .containsExactly(
            "create data.parquet",
            "status data.parquet",
            "read data.parquet",
            "status _delta_log/N.json",
            "write _delta_log/N.json",
            "status _delta_log/N.json");
    assertThat(steady.get(1)).isEqualTo(steady.get(0));
    assertThat(most).as("after a checkpoint the log is read from it").isLessThanOrEqualTo(12);
    assertThat(log().resolve("00000000000000000400.checkpoint.parquet")).exists();
    assertThat(written()).hasSize(401);
  }

  @Test
  void aLostRaceIsMadeUpForByTheEntriesBetween() throws Exception {
    TableWriter<Alert> one = writer();
    TableWriter<Alert> two = writer();
    List<Integer> early = new ArrayList<>();
    List<Integer> late = new ArrayList<>();
    for (int i = 0; i < 400; i += 2) {
      operationsOf(one, i);
      List<String> operations = operationsOf(two, i + 1);
      if (i > 20 && i < 40 || i > 370 && i < 390) {
        (i < 40 ? early : late).add(operations.size());
        assertThat(operations).noneMatch(operation -> operation.startsWith("list"));
        assertThat(operations).noneMatch(operation -> operation.contains("checkpoint"));
      }
    }
    assertThat(early).hasSize(9).allMatch(count -> count > 6 && count <= 16);
    assertThat(late).isEqualTo(early);
    assertThat(written()).hasSize(400).doesNotHaveDuplicates();
  }

  @Test
  void whoReadsTheLogWritesTheChecksumThatItLacked() throws Exception {
    TableWriter<Alert> first = writer();
    for (int i = 0; i < 15; i++) {
      first.append(alert(i));
      first.housekeep();
    }
    assertThat(log().resolve("00000000000000000010.crc")).exists();
    assertThat(log().resolve("00000000000000000014.crc")).doesNotExist();
    TableWriter<Alert> second = writer();
    second.append(alert(15));
    second.housekeep();
    assertThat(log().resolve("00000000000000000014.crc")).exists();
  }

  @Test
  void whoFindsALongLogWritesTheCheckpointThatOthersDidNot() throws Exception {
    TableWriter<Alert> forgetful = writer();
    for (int i = 0; i < 120; i++) {
      forgetful.append(alert(i));
    }
    TableWriter<Alert> next = writer();
    next.append(alert(120));
    assertThat(log().resolve("00000000000000000119.checkpoint.parquet")).doesNotExist();
    next.housekeep();
    assertThat(log().resolve("00000000000000000119.checkpoint.parquet")).exists();
    assertThat(operationsOf(next, 121)).contains("read _delta_log/_last_checkpoint");
    assertThat(operationsOf(next, 122)).hasSize(6);
    assertThat(written()).hasSize(123);
  }

  @Test
  void aTableThatWasMadeAnewIsRefusedAndNotTouched() throws Exception {
    TableWriter<Alert> writer = writer();
    for (int i = 0; i < 5; i++) {
      writer.append(alert(i));
    }
    deleteTable();
    TableWriter<Alert> other = writer();
    for (int i = 10; i < 15; i++) {
      other.append(alert(i));
    }
    assertRefused(writer, "was deleted and made anew");
    assertThat(written()).containsExactly(10L, 11L, 12L, 13L, 14L);
    try (var entries = Files.list(log())) {
      assertThat(entries.filter(entry -> entry.toString().endsWith(".json"))).hasSize(5);
    }
    other.append(alert(15));
    assertThat(written()).hasSize(6);
  }

  @Test
  void aTableThatWasDeletedIsNotMadeAnewByWhoWroteToIt() throws Exception {
    TableWriter<Alert> writer = writer();
    writer.append(alert(0));
    deleteTable();
    assertRefused(writer, "was deleted (its id was ");
    assertThat(log()).doesNotExist();
    TableWriter<Alert> fresh = writer();
    fresh.append(alert(1));
    assertThat(written()).containsExactly(1L);
  }

  private void assertRefused(TableWriter<Alert> writer, String what) {
    assertThatThrownBy(() -> writer.append(alert(99)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT))
        .hasMessageContaining(root() + "/alerts")
        .hasMessageContaining(what)
        .hasMessageContaining("Restart the application");
  }

  private void deleteTable() throws IOException {
    try (var all = Files.walk(folder.resolve("root/alerts"))) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The process sleeps after its look at the clock, and its entry is written all the same. */
  @Test
  void aLateCommitThatIsThereIsNotWrittenAgain() throws Exception {
    Hands hands = new Hands();
    TableWriter<Alert> sleeper = new TableWriter<>(alerts(), Retry.defaults(), hands);
    sleeper.append(alert(0));
    files.gate =
        (verb, path, done) -> {
          if (!done && path.endsWith("1.json") && verb.equals("write")) {
            hands.now = hands.now.plus(Duration.ofMinutes(11));
          }
        };
    assertThat(sleeper.append(alert(1))).isEqualTo(1);
    assertThat(sleeper.append(alert(2))).isEqualTo(2);
    assertThat(written()).containsExactly(0L, 1L, 2L);
  }

  /** As above, and the storage fails when it is asked whether the entry is there. */
  @Test
  void whetherALateCommitIsThereIsAskedAgain() throws Exception {
    Hands hands = new Hands();
    AtomicBoolean failing = new AtomicBoolean();
    AtomicLong slept = new AtomicLong();
    AtomicLong answersAfter = new AtomicLong(3);
    Retry retry =
        new Retry(
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            slept::get,
            millis -> {
              slept.addAndGet(Duration.ofMillis(millis).toNanos());
              failing.set(answersAfter.decrementAndGet() > 0);
            });
    TableWriter<Alert> sleeper = new TableWriter<>(alerts(), retry, hands);
    sleeper.append(alert(0));
    files.gate =
        (verb, path, done) -> {
          if (!done && path.matches(".*/\\d{20}\\.json") && verb.equals("write")) {
            hands.now = hands.now.plus(Duration.ofMinutes(11));
            failing.set(true);
          } else if (failing.get() && List.of("status", "list").contains(verb)) {
            throw new IOException("injected: no answer");
          }
        };
    assertThat(sleeper.append(alert(1))).isEqualTo(1);
    assertThat(answersAfter).hasValue(0);
    answersAfter.set(Long.MAX_VALUE);
    assertThatThrownBy(() -> sleeper.append(alert(2)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNKNOWN))
        .hasStackTraceContaining("no answer");
    files.gate = (verb, path, done) -> {};
    assertThat(written()).containsExactly(0L, 1L, 2L);
  }

  /** As above, and meanwhile others write on and the log is cleaned: the entry is in no version. */
  @Test
  void aLateCommitBehindCleanUpIsFoundMissingAndWrittenAgain() throws Exception {
    Hands hands = new Hands();
    TableWriter<Alert> sleeper = new TableWriter<>(alerts(), Retry.defaults(), hands);
    sleeper.append(alert(0));
    TableWriter<Alert> busy =
        new TableWriter<>(
            new DeltaTable<>(
                root(),
                TableSpec.ALERTS,
                new StoreEngine(new LocalFileIO(Map.of()), new HadoopFiles(Map.of()))),
            Retry.defaults(),
            Clock.systemUTC());
    files.gate =
        (verb, path, done) -> {
          if (!done && path.endsWith("/00000000000000000001.json") && verb.equals("write")) {
            hands.now = hands.now.plus(Duration.ofMinutes(11));
            writeAndClean(busy);
          }
        };
    assertThat(sleeper.append(alert(1_000))).isEqualTo(60);
    assertThat(log().resolve("00000000000000000001.json")).exists();
    assertThat(written()).hasSize(61).contains(1_000L).doesNotHaveDuplicates();
  }

  private void writeAndClean(TableWriter<Alert> busy) throws IOException {
    try {
      for (int i = 1; i < 60; i++) {
        busy.append(alert(i));
        busy.housekeep();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    for (int version = 0; version < 50; version++) {
      Files.delete(log().resolve(String.format("%020d.json", version)));
    }
  }

  @Test
  void everyFifthOperationMayFailBeforeOrAfterItIsDone() throws Exception {
    Random random = new Random(7);
    AtomicLong failures = new AtomicLong();
    AtomicLong slept = new AtomicLong();
    files.gate =
        (verb, path, done) -> {
          if (random.nextInt(10) == 0) {
            failures.incrementAndGet();
            throw new IOException("injected: " + verb + (done ? " done" : " not done"));
          }
        };
    TableWriter<Alert> writer = new TableWriter<>(alerts(), instantRetry(slept), Clock.systemUTC());
    for (int i = 0; i < 200; i++) {
      writer.append(alert(i));
      writer.housekeep();
    }
    assertThat(failures.get()).isGreaterThan(200);
    assertThat(written())
        .containsExactlyElementsOf(IntStream.range(0, 200).mapToObj(Long::valueOf).toList());
  }

  @Test
  void aStorageThatAlwaysFailsIsOneClearErrorInTime() throws Exception {
    AtomicLong slept = new AtomicLong();
    TableWriter<Alert> writer = new TableWriter<>(alerts(), instantRetry(slept), Clock.systemUTC());
    writer.append(alert(0));
    files.gate =
        (verb, path, done) -> {
          if (verb.equals("write")) {
            throw new IOException("injected: the disk is full");
          }
        };
    slept.set(0);
    assertThatThrownBy(() -> writer.append(alert(1)))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNAVAILABLE))
        .hasMessageContaining(root() + "/alerts")
        .hasMessageContaining("the disk is full")
        .hasMessageContaining("has room");
    assertThat(Duration.ofNanos(slept.get()))
        .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(17));
    files.gate = (verb, path, done) -> {};
    writer.append(alert(2));
    assertThat(written()).containsExactly(0L, 2L);
  }

  @Test
  void aFailedGroupFailsEachOfItsWaitersAndNobodyElse() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    AtomicLong writes = new AtomicLong();
    DeltaRoot store = DeltaRoot.alone(root(), files, instantRetry(new AtomicLong()));
    store.runs().append(batch()).join();
    CountDownLatch inFlight = new CountDownLatch(1);
    files.gate =
        (verb, path, done) -> {
          if (!done && verb.equals("write") && path.endsWith(".json")) {
            if (writes.incrementAndGet() == 1) {
              inFlight.countDown();
              awaitQuietly(held);
            } else if (path.endsWith("2.json")) {
              throw new IOException("injected: no room");
            }
          }
        };
    CompletableFuture<Void> first = store.runs().append(batch());
    inFlight.await();
    List<CompletableFuture<Void>> merged = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      merged.add(store.runs().append(batch()));
    }
    held.countDown();
    first.join();
    for (CompletableFuture<Void> waiter : merged) {
      assertThatThrownBy(waiter::join)
          .hasCauseInstanceOf(StoreException.class)
          .hasMessageContaining("no room");
    }
    assertThat(store.counters().failed()).isEqualTo(5);
    files.gate = (verb, path, done) -> {};
    store.runs().append(batch()).join();
    assertThat(store.counters().stored()).isEqualTo(3);
    assertThat(store.counters().accepted()).isEqualTo(8);
    store.leave();
    assertThatThrownBy(() -> store.runs().append(batch()).join()).hasMessageContaining("is closed");
    assertThat(store.counters().shed()).isEqualTo(1);
    assertThat(store.counters().accepted()).isEqualTo(8);
  }

  /** The store interrupts no thread of its own, but others share its process. */
  @Test
  void aGroupWhoseCommitIsInterruptedIsToldAndTheWriterGoesOn() throws Exception {
    AtomicBoolean lost = new AtomicBoolean();
    AtomicBoolean interrupted = new AtomicBoolean();
    Retry retry =
        new Retry(
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            System::nanoTime,
            millis -> {
              if (interrupted.compareAndSet(false, true)) {
                throw new InterruptedException("injected");
              }
            });
    DeltaRoot store = DeltaRoot.alone(root(), files, retry);
    store.runs().append(batch()).join();
    files.gate =
        (verb, path, done) -> {
          boolean blind = verb.equals("status") && lost.get();
          if (path.endsWith("1.json") && (blind || verb.equals("write") && done)) {
            lost.set(!interrupted.get());
            throw new IOException("injected: no answer");
          }
        };
    CompletableFuture<Void> cut = store.runs().append(batch());
    assertThatThrownBy(() -> cut.get(30, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.UNKNOWN))
        .hasMessageContaining("interrupted");
    files.gate = (verb, path, done) -> {};
    store.runs().append(batch()).get(30, TimeUnit.SECONDS);

    Thread writer = commitThread();
    writer.interrupt();
    while (writer.isInterrupted()) {
      Thread.onSpinWait();
    }
    store.runs().append(batch()).get(30, TimeUnit.SECONDS);
    assertThat(store.counters().stored()).isEqualTo(3);
    assertThat(store.counters().failed()).isEqualTo(1);
    // What was cut had landed.
    assertThat(store.runs().current(RunScan.all())).hasSize(4);
    store.leave();
  }

  private Thread commitThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("runlake-commit " + root()))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static RunBatch batch() {
    return RunBatch.of(RunRow.of(RunId.newId(Instant.now()), EXPERIMENT));
  }

  @Test
  void aQueueThatStaysFullTurnsAway() throws Exception {
    WaitingBatches queue = new WaitingBatches(1_000, Duration.ofMillis(20));
    assertThat(queue.add(WaitingBatches.Waiting.of(batch()))).isTrue();
    boolean room = true;
    int taken = 1;
    while (room) {
      room = queue.add(WaitingBatches.Waiting.of(batch()));
      taken += room ? 1 : 0;
    }
    assertThat(taken).isBetween(1, 10);
    assertThat(queue.add(WaitingBatches.Waiting.forFlush())).as("marks always fit").isTrue();
    assertThat(queue.take(1, Duration.ZERO)).hasSize(taken + 1);
    assertThat(queue.size()).isZero();
    assertThat(queue.add(WaitingBatches.Waiting.of(batch()))).isTrue();
  }

  @Test
  void aGroupWaitsForThoseThatAreExpectedAndNoLonger() throws Exception {
    WaitingBatches queue = new WaitingBatches(100_000, Duration.ofMillis(20));
    queue.add(WaitingBatches.Waiting.of(batch()));
    FutureTask<List<WaitingBatches.Waiting>> group =
        new FutureTask<>(() -> queue.take(3, Duration.ofMinutes(1)));
    Thread taker = new Thread(group);
    taker.start();
    while (taker.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    queue.add(WaitingBatches.Waiting.of(batch()));
    assertThat(group.isDone()).as("two of three").isFalse();
    queue.add(WaitingBatches.Waiting.of(batch()));
    assertThat(group.get(30, TimeUnit.SECONDS)).hasSize(3);

    queue.add(WaitingBatches.Waiting.of(batch()));
    assertThat(queue.take(3, Duration.ofMillis(1))).as("nobody else came").hasSize(1);
  }
}
