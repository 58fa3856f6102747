package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.runlake.store.Store;
import io.runlake.store.delta.FaultyFiles.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The answer to the write of one commit is lost, at each commit of a script, one at a time: the
 * user sees nothing of it and every table holds exactly the rows that it holds without the loss.
 */
@Tag("slow")
@Timeout(300)
class LostResponseTest {
  @TempDir Path folder;

  private Path model;
  private List<String> entries;
  private List<String> expected;
  private int passes;

  /** What one pass of the script came to. */
  private record Pass(FaultyFiles files, List<String> rows, RuntimeException failure) {
    boolean exact(List<String> expected) {
      return failure == null && rows.equals(expected);
    }
  }

  @BeforeEach
  void playWithoutFault() throws IOException {
    model = CommitScript.model(folder);
    Pass calm = play(new FaultyFiles(write -> Fault.NONE), LostResponseTest::settling);
    assertThat(calm.failure()).isNull();
    entries = calm.files().entries();
    expected = calm.rows();
    assertThat(entries).hasSizeGreaterThanOrEqualTo(30);
    for (TableSpec<?> spec : TableSpec.ALL) {
      assertThat(expected).anyMatch(row -> row.startsWith(spec.name() + " "));
    }
    assertThat(play(new FaultyFiles(write -> Fault.NONE), LostResponseTest::settling).rows())
        .as("two passes without a fault write the same rows")
        .isEqualTo(expected);
  }

  /** Pauses by moving its own clock, so that trying again takes no time. */
  private static Retry instantRetry() {
    AtomicLong now = new AtomicLong();
    return new Retry(
        Duration.ofSeconds(60),
        Duration.ofSeconds(15),
        now::get,
        millis -> now.addAndGet(Duration.ofMillis(millis).toNanos()));
  }

  private static Store settling(String root, FileIO files) {
    return new DeltaStore(DeltaRoot.alone(root, files, instantRetry()));
  }

  private static Store unsettled(String root, FileIO files) {
    FileIO calm = new LocalFileIO(Map.of("parquet.compression", "SNAPPY"));
    return new UnsettledStore(new DeltaStore(DeltaRoot.alone(root, calm, instantRetry())), files);
  }

  private Pass play(FaultyFiles files, BiFunction<String, FileIO, Store> open) {
    String root = "file:" + folder.resolve("pass" + passes++);
    RuntimeException failure = null;
    try (Store store = open.apply(root, files)) {
      CommitScript.play(store, model);
    } catch (RuntimeException e) {
      failure = e;
    }
    return new Pass(files, CommitScript.rows(root), failure);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"LOST_ANSWER", "LOST_ANSWER_AS_CONFLICT", "LOST_ANSWER_AND_BLIND"})
  void aLostAnswerChangesNothingWhicheverCommitItIs(Fault fault) {
    for (int lost = 0; lost < entries.size(); lost++) {
      int at = lost;
      Pass pass =
          play(
              new FaultyFiles(write -> write == at ? fault : Fault.NONE),
              LostResponseTest::settling);
      assertThat(pass.files().faults).as("faults of pass %s", at).hasValue(1);
      assertThat(pass.failure()).as("%s at %s", fault, entries.get(at)).isNull();
      assertThat(pass.rows()).as("%s at %s", fault, entries.get(at)).isEqualTo(expected);
    }
  }

  /** The same check, of a store that stages again and redoes what it does not know to be done. */
  @Test
  void aStoreThatDoesNotSettleFailsThis() {
    assertThat(play(new FaultyFiles(write -> Fault.NONE), LostResponseTest::unsettled).rows())
        .as("it is right as long as no answer is lost")
        .isEqualTo(expected);
    Map<String, List<Integer>> wrong = new TreeMap<>();
    for (int lost = 0; lost < entries.size(); lost++) {
      int at = lost;
      Pass pass =
          play(
              new FaultyFiles(write -> write == at ? Fault.LOST_ANSWER : Fault.NONE),
              LostResponseTest::unsettled);
      assertThat(pass.files().faults).as("faults of pass %s", at).hasValue(1);
      if (!pass.exact(expected)) {
        String table = Path.of(entries.get(at)).getParent().getParent().getFileName().toString();
        wrong.computeIfAbsent(table, none -> new ArrayList<>()).add(at);
      }
    }
    System.out.println(
        "LostResponse: " + entries.size() + " commits; without settling wrong at " + wrong);
    // Appends are doubled, and so are versions; an alias that is set twice is harmless.
    assertThat(wrong).containsKeys("runs", "metrics", "alerts", "registry");
    assertThat(wrong.values().stream().mapToInt(List::size).sum()).isGreaterThan(10);
  }
}
