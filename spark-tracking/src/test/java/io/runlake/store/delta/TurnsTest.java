package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.runlake.store.Alert;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TurnsTest {
  @TempDir Path folder;

  private final RecordingFiles files = new RecordingFiles();
  private Turns turns;
  private Path lock;

  @BeforeEach
  void makeLog() throws IOException {
    Path log = Files.createDirectories(folder.resolve("runs/_delta_log"));
    lock = log.resolve(Turns.FILE);
    turns = new Turns(folder.resolve("runs").toString());
    assumeTrue(Turns.isOwnDisk(log), "the tests' folder is on a disk of this machine");
  }

  /** A process that holds the lock until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      try (RandomAccessFile file = new RandomAccessFile(args[0], "rw")) {
        file.getChannel().lock();
        System.out.println("locked");
        Thread.sleep(Duration.ofMinutes(10).toMillis());
      }
    }
  }

  @Test
  void oneAfterTheOther() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Thread[] writers = new Thread[3];
    for (int i = 0; i < writers.length; i++) {
      writers[i] = new Thread(() -> writes(inside, most));
      writers[i].start();
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(most).hasValue(1);
  }

  @Test
  void whoHasATurnTriesOnceAndOnTheNewestVersion() throws Exception {
    List<TableWriter<Alert>> writers = List.of(writer(), writer());
    for (int i = 0; i < 20; i++) {
      writers.get(i % 2).append(alert(i));
      String entry = String.format(Locale.ROOT, "%020d.json", i);
      assertThat(files.taken())
          .filteredOn(operation -> operation.startsWith("write "))
          .singleElement()
          .asString()
          .endsWith(entry);
    }
  }

  @Test
  void aSteadyCommitCostsALookMore() throws Exception {
    TableWriter<Alert> writer = writer();
    writer.append(alert(0));
    writer.append(alert(1));
    files.taken();
    writer.append(alert(2));
    assertThat(files.taken())
        .map(operation -> operation.replaceAll(" .*/|[0-9a-f-]{36}-000|\\d{20}", " "))
        .containsExactly(
            "create  .parquet",
            "status  .parquet",
            "read  .parquet",
            "status  .json",
            "status  .json",
            "write  .json",
            "status  .json");
  }

  @Test
  void aTableThatWasMadeAnewIsNotWritten() throws Exception {
    TableWriter<Alert> old = writer();
    old.append(alert(0));
    Path table = folder.resolve("alerts");
    try (Stream<Path> below = Files.walk(table)) {
      for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    writer().append(alert(1));
    assertThatThrownBy(() -> old.append(alert(2)))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("made anew");
    assertThat(table.resolve("_delta_log/00000000000000000001.json")).doesNotExist();
  }

  private TableWriter<Alert> writer() {
    return new TableWriter<>(
        new DeltaTable<>(
            folder.toString(), TableSpec.ALERTS, new StoreEngine(files, new HadoopFiles(Map.of()))),
        Retry.defaults(),
        Clock.systemUTC());
  }

  private static List<Alert> alert(long at) {
    return List.of(new Alert(at, "k", "s", "m", Optional.empty()));
  }

  private void writes(AtomicInteger inside, AtomicInteger most) {
    for (int i = 0; i < 50; i++) {
      try (Turns.Turn turn = turns.take()) {
        if (turn.mine()) {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          LockSupport.parkNanos(1_000_000);
          inside.decrementAndGet();
        }
      }
    }
  }

  @Test
  void aProcessThatHoldsItForLongIsWaitedForAMomentOnlyAndItsDeathFreesIt() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(holder.inputReader().readLine()).isEqualTo("locked");
      long began = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        assertThat(turns.take().mine()).isFalse();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .as("a wait, and none for a second after one in vain")
          .isLessThan(Duration.ofSeconds(10));
    } finally {
      holder.destroyForcibly().waitFor();
    }
    try (Turns.Turn turn = turns.take()) {
      assertThat(turn.mine()).isTrue();
    }
  }

  @Test
  void whereNothingCanBeLockedThereAreNoTurnsAndNoErrors() throws Exception {
    Files.createDirectory(lock);
    assertThat(turns.take().mine()).as("a folder in its place").isFalse();
    assertThat(new Turns(folder.resolve("none").toString()).take().mine()).as("no log").isFalse();
    assertThat(new Turns("s3a://bucket/runs").take().mine()).isFalse();
    assertThat(Turns.isOwnDisk(Path.of("/proc"))).isFalse();
    assertThat(Turns.isOwnDisk(folder)).isTrue();
  }

  @Test
  void anInterruptEndsTheWaitAndLeavesTheLockFree() throws Exception {
    try (Turns.Turn mine = turns.take()) {
      assertThat(mine.mine()).isTrue();
      Thread.currentThread().interrupt();
      assertThat(turns.take().mine()).isFalse();
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
    }
    try (Turns.Turn again = turns.take()) {
      assertThat(again.mine()).isTrue();
    }
  }
}
