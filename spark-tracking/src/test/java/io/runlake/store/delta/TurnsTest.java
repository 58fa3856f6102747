package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.store.Alert;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TurnsTest {
  @TempDir Path folder;

  private Turns turns;
  private Path lock;

  @BeforeEach
  void makeLog() throws IOException {
    Path log = Files.createDirectories(folder.resolve("runs/_delta_log"));
    lock = log.resolve(Turns.FILE);
    turns = new Turns(folder.resolve("runs").toString());
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
    RecordingFiles files = new RecordingFiles();
    List<TableWriter<Alert>> writers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      writers.add(
          new TableWriter<>(
              new DeltaTable<>(
                  folder.toString(),
                  TableSpec.ALERTS,
                  new StoreEngine(files, new HadoopFiles(Map.of()))),
              Retry.defaults(),
              Clock.systemUTC()));
      writers.get(i).append(List.of(new Alert(i, "k", "s", "m", Optional.empty())));
    }
    files.taken();
    for (int i = 2; i < 20; i++) {
      writers.get(i % 2).append(List.of(new Alert(i, "k", "s", "m", Optional.empty())));
      String entry = String.format("%020d.json", i);
      assertThat(files.taken())
          .filteredOn(operation -> operation.startsWith("write "))
          .singleElement()
          .asString()
          .endsWith(entry);
    }
  }

  private void writes(AtomicInteger inside, AtomicInteger most) {
    for (int i = 0; i < 50; i++) {
      try (Turns.Turn turn = turns.take()) {
        if (turn.mine()) {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          inside.decrementAndGet();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
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
      try (Turns.Turn turn = turns.take()) {
        assertThat(turn.mine()).isFalse();
      }
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
    assertThat(new Turns("/proc/self").take().mine()).as("not a disk of ours").isFalse();
  }

  @Test
  void anInterruptEndsTheWaitAndLeavesTheLockFree() throws Exception {
    try (Turns.Turn mine = turns.take()) {
      assertThat(mine.mine()).isTrue();
      Thread.currentThread().interrupt();
      assertThatThrownBy(turns::take).isInstanceOf(InterruptedException.class);
    }
    try (Turns.Turn again = turns.take()) {
      assertThat(again.mine()).isTrue();
    }
  }
}
