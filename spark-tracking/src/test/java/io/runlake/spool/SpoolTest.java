package io.runlake.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.spool.Recovery.Recovered;
import io.runlake.store.DatasetRef;
import io.runlake.store.MemoryStore;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store did not take, kept in a file and written later. */
class SpoolTest {
  private static final RunlakeOptions BY_HAND =
      RunlakeOptions.defaults().withFlushEvery(Duration.ofHours(1));

  @TempDir Path temp;
  private final MemoryStore real = new MemoryStore("real");

  private Path file() {
    return temp.resolve("folder/spool.jsonl");
  }

  /** A run that the store never heard of, and one that it heard the beginning of. */
  private Path spooled() throws Exception {
    SpoolingStore spooling = new SpoolingStore(() -> real, file());
    Runlake runlake = Runlake.over(spooling, BY_HAND);
    ActiveRun known = runlake.startRun(RunSpec.of("known").withName("known"));
    known.logParam("before", "1");
    known.flush();
    spooling.giveUp();
    ActiveRun unheard = runlake.startRun(RunSpec.of("new").withName("unheard"));
    for (ActiveRun run : List.of(known, unheard)) {
      run.logParam("param", "päram\n\"");
      run.logMetric("loss", Double.NaN, 1);
      run.logMetric("loss", 0.1, 2);
      run.setTag("tag", "t");
      run.logInput(
          new DatasetRef(
              "delta",
              "a.b",
              Optional.of("3"),
              Optional.of("train"),
              Optional.empty(),
              Optional.empty()));
      run.logText("text", "folder/file.txt");
      run.endRun();
    }
    runlake.close();
    Spool spool = spooling.finish().orElseThrow();
    assertThat(spool.runs()).hasSize(2);
    assertThat(SpoolFile.read(file()))
        .usingRecursiveComparison()
        .withComparatorForType(Double::compare, Double.class)
        .isEqualTo(spool);
    return file();
  }

  @Test
  void whatWasKeptIsInTheStoreAfterwardsAndTwiceIsOnce() throws Exception {
    Path file = spooled();
    try (Runlake runlake = Runlake.over(real)) {
      assertThat(Recovery.recover(runlake, file, true, false)).isEqualTo(new Recovered(2, 4, 2));
      List<Run> once = runlake.searchRuns(RunQuery.all()).runs();
      assertThat(Recovery.recover(runlake, file, false, false)).isEqualTo(new Recovered(2, 4, 2));
      assertThat(file).doesNotExist();
      List<Run> runs = runlake.searchRuns(RunQuery.all()).runs();
      assertThat(runs).isEqualTo(once).hasSize(2);
      assertThat(runlake.experiments()).extracting(e -> e.name()).containsExactly("known", "new");
      for (Run run : runs) {
        assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(run.params()).containsEntry("param", "päram\n\"");
        assertThat(run.tags()).containsEntry("tag", "t");
        assertThat(run.metric("loss")).contains(0.1);
        assertThat(run.inputs())
            .singleElement()
            .satisfies(i -> assertThat(i.version()).contains("3"));
        assertThat(runlake.metricHistory(run.id(), "loss")).hasSize(2);
        assertThat(run.experimentId())
            .isEqualTo(
                runlake
                    .findExperiment(run.info().name().equals("known") ? "known" : "new")
                    .orElseThrow()
                    .id());
        assertThat(run.info().artifactUri())
            .startsWith("memory:real/artifacts/" + run.experimentId());
        try (var text = runlake.openArtifact(run.id(), "folder/file.txt")) {
          assertThat(new String(text.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("text");
        }
      }
      assertThat(runs)
          .filteredOn(run -> run.info().name().equals("known"))
          .singleElement()
          .satisfies(run -> assertThat(run.params()).containsEntry("before", "1"));
    }
  }

  @Test
  void theFileIsForItsOwnerAlone() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(spooled())))
        .isEqualTo("rw-------");
    assertThat(file().getParent()).isDirectoryContaining(found -> found.equals(file()));
    try (var all = Files.list(file().getParent())) {
      assertThat(all).hasSize(1);
    }
  }

  @Test
  void aFileThatWasCutOffAnywhereIsRefusedAndStays() throws Exception {
    byte[] whole = Files.readAllBytes(spooled());
    Path cut = temp.resolve("cut.jsonl");
    try (Runlake runlake = Runlake.over(new MemoryStore("empty"))) {
      for (int length = 0; length < whole.length; length += length < 40 ? 1 : 97) {
        byte[] part = Arrays.copyOf(whole, length);
        Files.write(cut, part);
        assertThatThrownBy(() -> Recovery.recover(runlake, cut, false, true))
            .isInstanceOf(SpoolException.class)
            .hasMessageContaining(cut.toString())
            .hasMessageContaining("Nothing was written");
        assertThat(cut).hasBinaryContent(part);
      }
      byte[] lastByte = Arrays.copyOf(whole, whole.length - 1);
      Files.write(cut, lastByte);
      assertThatThrownBy(() -> SpoolFile.read(cut)).hasMessageContaining("cut off");
      byte[] changed = whole.clone();
      changed[whole.length / 2]++;
      Files.write(cut, changed);
      assertThatThrownBy(() -> SpoolFile.read(cut)).hasMessageContaining("cut off or changed");
      assertThat(runlake.store().exists()).isFalse();
    }
  }

  @Test
  void whatIsNoSpoolIsRefused() throws Exception {
    Path other = temp.resolve("other");
    for (String text :
        List.of("", "{}\n", "a,b\n1,2\n", "[1]\n", "null\n", "{\"commitInfo\":{}}\n")) {
      Files.writeString(other, text);
      assertThatThrownBy(() -> SpoolFile.read(other))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining("no spool of Runlake's");
    }
    Files.write(other, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThatThrownBy(() -> SpoolFile.read(other)).hasMessageContaining("not text");
    assertThatThrownBy(() -> SpoolFile.read(temp)).hasMessageContaining("no spool");
  }

  @Test
  void aSpoolOfAnotherStoreIsRefused() throws Exception {
    Path file = spooled();
    MemoryStore other = new MemoryStore("other");
    try (Runlake runlake = Runlake.over(other)) {
      assertThatThrownBy(() -> Recovery.recover(runlake, file, false, false))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining("memory:real")
          .hasMessageContaining("memory:other");
      assertThatThrownBy(() -> Recovery.recover(runlake, file, false, true))
          .isInstanceOf(SpoolException.class)
          .hasMessageContaining("lacks");
      assertThat(other.exists()).isFalse();
      assertThat(file).exists();
    }
  }

  @Test
  void whileTheStoreTakesAllThereIsNoFile() throws Exception {
    SpoolingStore spooling = new SpoolingStore(() -> real, file());
    try (Runlake runlake = Runlake.over(spooling)) {
      runlake.startRun("e").endRun();
    }
    assertThat(spooling.finish()).isEmpty();
    assertThat(file().getParent()).doesNotExist();
    try (Runlake runlake = Runlake.over(real)) {
      assertThat(runlake.searchRuns(RunQuery.all()).runs()).hasSize(1);
    }
  }
}
