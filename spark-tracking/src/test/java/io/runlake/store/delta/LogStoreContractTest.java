package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.delta.CreateIfAbsent.Way;
import io.runlake.testkit.HdfsCluster;
import io.runlake.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What Delta wants of a log and claims want too: of four processes with four threads each that
 * create the same file one wins, the others hear that it is there, the file is the winner's, and
 * nobody reads a part of it. {@code -Drunlake.contract.rounds} is how many files, for each way and
 * file system; without it fewer than the whole measure where each takes long.
 */
@Tag("slow")
@Timeout(900)
class LogStoreContractTest {
  private static final int PROCESSES = 4;
  private static final int THREADS = 4;

  /** From the start of a round until all writers give the file its name. */
  private static final long TOGETHER_MILLIS = 8;

  /** Delta's own forks before; on a slow machine it needs more. */
  private static final long STOCK_TOGETHER_MILLIS = 1500;

  @TempDir static Path folder;
  private static Workers workers;

  @BeforeAll
  static void start() throws IOException {
    workers = Workers.start(PROCESSES, CreateWorker.class);
  }

  @AfterAll
  static void stop() {
    workers.close();
  }

  /**
   * What became of the rounds.
   *
   * @param winners how many rounds had that many winners
   * @param failures what losers heard instead of that the file is there
   * @param foreign rounds after which the file was not the one winner's
   * @param reads how often a file was read while it was raced for
   * @param parts how many of those were not whole
   */
  private record Rounds(
      Map<Integer, Integer> winners, Set<String> failures, int foreign, int reads, int parts) {}

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"FILE_IO", "LOG_STORE", "CLAIM"})
  void onTheLocalDiskOneWriterWins(Way way) throws Exception {
    int count = way == Way.CLAIM ? 100 : 500;
    holds(way, "file:" + Files.createTempDirectory(folder, "local"), Map.of(), count);
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"FILE_IO", "CLAIM"})
  void onHdfsOneWriterWins(Way way) throws Exception {
    holds(way, HdfsCluster.shared().uri() + "/contract/" + way, Map.of(), 30);
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"FILE_IO", "LOG_STORE", "CLAIM"})
  void onS3OneWriterWins(Way way) throws Exception {
    S3Server server = S3Server.shared();
    holds(way, server.uri() + "/contract/" + way, server.settings(), 25);
  }

  /** Why there are log stores of ours at all, and that this test would see it. */
  @Test
  void deltasOwnOnTheLocalDiskFailsThis() throws Exception {
    int won = 0;
    for (long together = STOCK_TOGETHER_MILLIS; won < 2 && together < 60_000; together *= 2) {
      String local = "file:" + Files.createTempDirectory(folder, "stock");
      won = Collections.max(race(Way.STOCK, local, Map.of(), 1, together).winners().keySet());
    }
    assertThat(won).as("how many won").isGreaterThan(1);
  }

  private static void holds(Way way, String where, Map<String, String> settings, int fewer)
      throws Exception {
    int count = Integer.getInteger("runlake.contract.rounds", fewer);
    Rounds rounds = race(way, where, settings, count, TOGETHER_MILLIS);

    assertThat(rounds.winners()).isEqualTo(Map.of(1, count));
    assertThat(rounds.failures()).as("losers that did not hear that it is there").isEmpty();
    assertThat(rounds.foreign()).as("files that are not their winner's").isZero();
    assertThat(rounds.parts()).as("reads of a part").isZero();
    assertThat(rounds.reads()).as("reads during the race").isGreaterThan(count / 2);
  }

  private static Rounds race(
      Way way, String where, Map<String, String> settings, int count, long together)
      throws Exception {
    long begin = System.nanoTime();
    workers.tell(
        "use %s %d {worker} %s %s"
            .formatted(way, THREADS, where, String.join(" ", CreateIfAbsent.words(settings))));
    Map<Integer, Integer> winners = new TreeMap<>();
    Set<String> failures = new TreeSet<>();
    int foreign = 0;
    try (HadoopFiles hadoop = new HadoopFiles(settings)) {
      if (!LocalFiles.isLocal(where)) {
        org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(where);
        hadoop.of(folder).mkdirs(folder);
      }
      CreateIfAbsent reader = CreateIfAbsent.of(way, where, hadoop);
      Poll poll = new Poll(reader);
      for (int i = 0; i < count; i++) {
        String path = where + "/" + String.format(Locale.ROOT, "%020d.json", i);
        poll.path.set(path);
        long instant = System.nanoTime() + together * 1_000_000;
        List<String> said =
            workers.tell("create " + path + " " + instant).stream().flatMap(List::stream).toList();
        assertThat(said).hasSize(PROCESSES * THREADS);
        List<String> won = said.stream().filter(line -> line.startsWith("won ")).toList();
        winners.merge(won.size(), 1, Integer::sum);
        said.stream().filter(line -> line.startsWith("failed ")).forEach(failures::add);
        Optional<String> writer = reader.read(path).flatMap(CreateIfAbsent::writer);
        foreign += writer.isPresent() && won.equals(List.of("won " + writer.get())) ? 0 : 1;
      }
      poll.end();
      Rounds rounds = new Rounds(winners, failures, foreign, poll.reads, poll.parts);
      System.out.printf(
          Locale.ROOT,
          "LogStoreContract: %s on %s, %d processes x %d threads: %s, %.1f ms a round%n",
          way,
          where.replaceAll(":.*", ""),
          PROCESSES,
          THREADS,
          rounds,
          (System.nanoTime() - begin) / 1e6 / count);
      return rounds;
    }
  }

  /** Reads the file that is raced for, again and again. */
  private static final class Poll {
    private final AtomicReference<String> path = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean ended;
    private int reads;
    private int parts;

    Poll(CreateIfAbsent way) {
      thread = new Thread(() -> run(way), "poll");
      thread.setDaemon(true);
      thread.start();
    }

    private void run(CreateIfAbsent way) {
      while (!ended) {
        try {
          Optional<String> text = path.get() == null ? Optional.empty() : way.read(path.get());
          if (text.isPresent()) {
            reads++;
            parts += CreateIfAbsent.writer(text.get()).isPresent() ? 0 : 1;
          }
        } catch (IOException | RuntimeException e) {
          parts++;
        }
        Thread.onSpinWait();
      }
    }

    void end() throws InterruptedException {
      ended = true;
      thread.join();
    }
  }
}
