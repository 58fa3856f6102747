package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStatus;
import io.runlake.store.RunStore;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A store that keeps what it has read, one that keeps nothing, and one that is opened for each
 * question answer the same, whatever is appended, settled or removed between the questions.
 */
class KeptReadsTest {
  private static final Retry RETRY = Retry.defaults();
  private static final List<ExperimentId> EXPERIMENTS =
      List.of(new ExperimentId("1"), new ExperimentId("2"), new ExperimentId("3"));
  private static final List<Instant> MONTHS =
      List.of(Instant.parse("2026-05-03T00:00:00Z"), Instant.parse("2026-11-02T00:00:00Z"));

  @TempDir Path folder;

  private String root() {
    return LocalFiles.hadoopPath(folder.resolve("root"));
  }

  private static StoreEngine engine(RecordingFiles files) {
    return new StoreEngine(files, new HadoopFiles(Map.of()));
  }

  /** The data files that were opened since the last look. */
  private static List<String> dataFiles(RecordingFiles files) {
    return files.taken().stream()
        .filter(operation -> operation.startsWith("read ") && !operation.contains("/_delta_log/"))
        .toList();
  }

  private RunStore reader(RecordingFiles files, long kept) {
    StoreEngine engine = engine(files);
    return new DeltaRunStore(
        null,
        new TableReader<>(new DeltaTable<>(root(), TableSpec.RUNS, engine)),
        new TableReader<>(new DeltaTable<>(root(), TableSpec.METRICS, engine)),
        kept);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void whatIsKeptAnswersAsWhatIsReadAnew(int seed) throws Exception {
    Random random = new Random(seed);
    DeltaRoot writer = DeltaRoot.alone(root(), new RecordingFiles(), RETRY);
    Rewriting rewriting = new Rewriting(root(), engine(new RecordingFiles()));
    RunStore keeping = reader(new RecordingFiles(), 64L << 20);
    RunStore streaming = reader(new RecordingFiles(), 0);
    Map<RunId, RunRow> expected = new HashMap<>();
    List<RunId> ids = new ArrayList<>();
    int removals = 0;
    for (int step = 0; step < 60; step++) {
      int dice = step < 5 ? 9 : random.nextInt(10);
      if (dice == 0 && removals < 3) {
        RunId gone = ids.remove(random.nextInt(ids.size()));
        rewriting.remove(gone);
        expected.remove(gone);
        removals++;
      } else if (dice < 3) {
        rewriting.settle(file -> random.nextInt(3) > 0);
      } else {
        List<RunRow> rows = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
          rows.add(change(random, ids));
        }
        writer.runs().append(new RunBatch(List.of(), rows)).join();
        rows.forEach(row -> expected.merge(row.runId(), row, RunRow::merge));
      }
      if (random.nextInt(3) == 0) {
        check(List.of(keeping, streaming, reader(new RecordingFiles(), 64L << 20)), expected);
      }
    }
    assertThat(removals).isPositive();
    check(List.of(keeping, streaming, reader(new RecordingFiles(), 64L << 20)), expected);
    writer.leave();
  }

  private static void check(List<RunStore> stores, Map<RunId, RunRow> expected) {
    assertThat(expected).hasSizeGreaterThan(1);
    Set<ExperimentId> some = Set.copyOf(EXPERIMENTS.subList(0, 2));
    List<RunRow> ofSome =
        expected.values().stream().filter(row -> some.contains(row.experimentId())).toList();
    for (RunStore store : stores) {
      assertSame(store.current(RunScan.all()), expected.values());
      assertSame(store.current(RunScan.of(some)), ofSome);
      assertThat(
              store.current(RunScan.of(some).withParts(Set.of(RunScan.Part.TAGS))).stream()
                  .map(RunRow::tags))
          .containsExactlyInAnyOrderElementsOf(ofSome.stream().map(RunRow::tags).toList());
      for (RunRow row : expected.values()) {
        assertThat(store.find(row.runId())).contains(row);
      }
    }
  }

  private static void assertSame(Collection<RunRow> found, Collection<RunRow> expected) {
    assertThat(found).hasSameSizeAs(expected).containsExactlyInAnyOrderElementsOf(expected);
  }

  /** A change of a run that there is, or the first one of a new run. */
  private static RunRow change(Random random, List<RunId> ids) {
    boolean known = ids.size() > 2 && random.nextInt(3) > 0;
    RunId id = known ? ids.get(random.nextInt(ids.size())) : RunId.newId(instant(random));
    ExperimentId experiment = EXPERIMENTS.get(Math.floorMod(id.value().hashCode(), 3));
    RunRow row = RunRow.of(id, experiment);
    if (!known) {
      ids.add(id);
      row = row.withOrigin(new RunOrigin("ann", "x", instant(random), "file:/a/" + id));
    }
    String key = "k" + random.nextInt(3);
    long at = random.nextInt(5);
    return switch (random.nextInt(4)) {
      case 0 -> row.withParams(Map.of(key, Stamp.of(at, "v" + random.nextInt(3))));
      case 1 -> row.withTags(Map.of(key, new Stamp(at, text(random))));
      case 2 -> row.withMetrics(Map.of(key, new MetricValue(at, 1, random.nextInt(3))));
      default ->
          row.withStatus(
              new StatusChange(0, 2, at, RunStatus.FINISHED, Optional.empty(), Optional.empty()));
    };
  }

  private static Optional<String> text(Random random) {
    return random.nextInt(4) == 0 ? Optional.empty() : Optional.of("t" + random.nextInt(3));
  }

  private static Instant instant(Random random) {
    return MONTHS.get(random.nextInt(2)).plusSeconds(random.nextInt(1_000_000));
  }

  @Test
  void aSecondScanOpensNothingAndALaterOneWhatIsNew() throws IOException {
    DeltaRoot writer = DeltaRoot.alone(root(), new RecordingFiles(), RETRY);
    RecordingFiles files = new RecordingFiles();
    RunStore store = reader(files, 64L << 20);
    List<RunId> ids = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 30; i++) {
      writer.runs().append(RunBatch.of(change(random, ids))).join();
    }
    assertThat(store.current(RunScan.all())).hasSameSizeAs(ids);
    assertThat(dataFiles(files)).hasSize(30);

    files.taken();
    assertThat(store.current(RunScan.all())).hasSameSizeAs(ids);
    ExperimentId one = store.current(RunScan.all()).get(0).experimentId();
    assertThat(store.current(RunScan.of(Set.of(one)))).isNotEmpty();
    assertThat(files.taken()).isNotEmpty().allMatch(operation -> operation.startsWith("status "));

    writer.runs().append(RunBatch.of(change(random, ids))).join();
    assertThat(store.current(RunScan.all())).hasSameSizeAs(ids);
    assertThat(files.taken())
        .filteredOn(operation -> !operation.startsWith("status "))
        .hasSize(2)
        .allMatch(operation -> operation.startsWith("read "))
        .anyMatch(operation -> operation.contains("/_delta_log/"));

    new Rewriting(root(), engine(new RecordingFiles())).settle(file -> true);
    files.taken();
    assertThat(store.current(RunScan.all())).hasSameSizeAs(ids);
    assertThat(dataFiles(files)).hasSizeLessThanOrEqualTo(MONTHS.size());
    writer.leave();
  }

  @Test
  void pointsThatCameSinceAreAddedToThoseThatAreKept() {
    DeltaRoot writer = DeltaRoot.alone(root(), new RecordingFiles(), RETRY);
    RecordingFiles files = new RecordingFiles();
    RunStore store = reader(files, 0);
    RunId run = RunId.newId(MONTHS.get(1));
    for (int step = 9; step > 0; step -= 3) {
      writer
          .runs()
          .append(new RunBatch(List.of(point(run, step), point(run, 5)), List.of()))
          .join();
      files.taken();
      assertThat(store.points(run, Optional.of("m")).stream().map(it -> it.value().step()))
          .containsExactlyElementsOf(
              step == 9
                  ? List.of(5L, 9L)
                  : step == 6 ? List.of(5L, 6L, 9L) : List.of(3L, 5L, 6L, 9L));
      assertThat(dataFiles(files)).hasSize(1);
      assertThat(store.points(run, Optional.of("m"))).hasSizeGreaterThan(1);
      assertThat(dataFiles(files)).isEmpty();
      assertThat(store.points(run, Optional.of("z"))).isEmpty();
    }
    writer.leave();
  }

  /** Months of runs, each with commits of its own, beside one of half a year's age. */
  @Tag("slow")
  @Test
  void aRunIsFoundInAFewFilesBesideAnOldOneThatStillLogs() throws IOException {
    DeltaRoot writer = DeltaRoot.alone(root(), new RecordingFiles(), RETRY);
    Instant november = MONTHS.get(1);
    RunId old = RunId.newId(MONTHS.get(0));
    List<RunId> runs = new ArrayList<>();
    int commits = 0;
    for (int i = 0; i < 70; i++) {
      RunId run = RunId.newId(november.plusSeconds(i));
      runs.add(run);
      for (int change = 0; change < 3; change++) {
        List<MetricPoint> points = List.of(point(run, commits), point(old, commits));
        List<RunRow> rows = points.stream().map(KeptReadsTest::latest).toList();
        writer.runs().append(new RunBatch(points, rows)).join();
        commits++;
      }
    }
    writer.flush();
    assertThat(commits).isEqualTo(210);
    RecordingFiles files = new RecordingFiles();
    RunStore store = reader(files, 64L << 20);

    for (int i : IntStream.of(0, 35, 69).toArray()) {
      files.taken();
      assertThat(store.find(runs.get(i)).orElseThrow().metrics().get("m").step())
          .isEqualTo(3L * i + 2);
      assertThat(dataFiles(files)).as("of runs").hasSize(3);
      files.taken();
      assertThat(store.points(runs.get(i), Optional.of("m"))).hasSize(3);
      assertThat(dataFiles(files)).as("of metrics").hasSize(3);
      assertThat(store.points(runs.get(i), Optional.of("z"))).isEmpty();
      assertThat(dataFiles(files)).as("a key that none has").isEmpty();
    }
    files.taken();
    assertThat(store.find(old)).isPresent();
    assertThat(dataFiles(files)).as("the old run itself, never settled").hasSize(210);

    new Rewriting(root(), engine(new RecordingFiles())).settle(file -> true);
    writer.runs().append(RunBatch.of(latest(point(old, 1000)))).join();
    files.taken();
    assertThat(store.find(old).orElseThrow().metrics().get("m").step()).isEqualTo(1000);
    assertThat(dataFiles(files)).as("settled, and one change since").hasSize(2);
    writer.leave();
  }

  private static MetricPoint point(RunId run, int step) {
    return new MetricPoint(EXPERIMENTS.get(0), run, "m", new MetricValue(step, step, step));
  }

  private static RunRow latest(MetricPoint point) {
    return RunRow.of(point.runId(), point.experimentId())
        .withMetrics(Map.of(point.key(), point.value()));
  }

  @Test
  void aTableMadeAnewIsNotTakenForTheOldOne() throws IOException {
    DeltaRoot writer = DeltaRoot.alone(root(), new RecordingFiles(), RETRY);
    List<RunId> ids = new ArrayList<>();
    Random random = new Random(2);
    writer.runs().append(RunBatch.of(change(random, ids))).join();
    writer.leave();
    RunStore store = reader(new RecordingFiles(), 64L << 20);
    assertThat(store.current(RunScan.all())).hasSize(1);

    try (var paths = java.nio.file.Files.walk(folder.resolve("root"))) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        java.nio.file.Files.delete(path);
      }
    }
    assertThat(store.current(RunScan.all())).isEmpty();
    DeltaRoot other = DeltaRoot.alone(root(), new RecordingFiles(), RETRY);
    RunRow first = change(random, new ArrayList<>());
    other.runs().append(RunBatch.of(first)).join();
    assertThat(store.current(RunScan.all())).containsExactly(first);
    other.leave();
  }
}
