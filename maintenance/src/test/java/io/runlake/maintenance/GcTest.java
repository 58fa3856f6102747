package io.runlake.maintenance;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.doctor.Doctor;
import io.runlake.registry.RegisterOptions;
import io.runlake.scoring.ObservedCounts;
import io.runlake.store.ExperimentId;
import io.runlake.store.Finding;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Stamp;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Experiment;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was deleted goes for good, all of it, once or in several goes, and nothing else does. */
@Tag("slow")
class GcTest {
  private static final Duration MONTH = Duration.ofDays(30);

  @TempDir Path folder;
  private String uri;

  /** A crash: no handler takes it for an error of its own. */
  private static final class Halt extends Error {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void name() {
    uri = "delta:" + folder.resolve("root");
  }

  private Runlake open() {
    return Runlake.open(uri);
  }

  /** Collects as if it were so many days later. */
  private GcReport collect(int days, Consumer<String> steps) {
    Clock later = Clock.fixed(Instant.now().plus(Duration.ofDays(days)), ZoneOffset.UTC);
    return GarbageCollection.run(
        TestSpark.session(), uri, new GcOptions(MONTH, false, later), Fixture.NOWHERE, steps);
  }

  private GcReport collect(int days) {
    return collect(days, step -> {});
  }

  private static RunId run(Runlake runlake, String experiment, String artifact) {
    try (ActiveRun run = runlake.startRun(experiment)) {
      run.logMetric("m", 1);
      run.logText(artifact, "a/b.txt");
      run.endRun();
      return run.id();
    }
  }

  private static void delete(Runlake runlake, RunId id) {
    try (RunEditor run = runlake.edit(id)) {
      run.delete();
    }
  }

  private Path artifactsOf(String experiment, RunId run) {
    return folder.resolve("root/artifacts").resolve(experiment).resolve(run.value());
  }

  private long rows(String table, RunId run) {
    return TestSpark.session()
        .read()
        .format("delta")
        .load(folder.resolve("root").resolve(table).toString())
        .where("run_id = '" + run + "'")
        .count();
  }

  /** Names and contents of all files below a folder. */
  private static String hash(Path below) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    TreeMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(below)) {
      found.forEach(path -> files.put(below.relativize(path).toString(), path));
    }
    for (var entry : files.entrySet()) {
      digest.update(entry.getKey().getBytes(StandardCharsets.UTF_8));
      if (Files.isRegularFile(entry.getValue())) {
        digest.update(Files.readAllBytes(entry.getValue()));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  @Test
  void whatIsOldGoesAndNothingElse() throws Exception {
    RunId kept;
    RunId gone;
    RunId ofExperiment;
    RunId restored;
    String experiment;
    String doomed;
    try (Runlake runlake = open()) {
      kept = run(runlake, "e", "kept");
      gone = run(runlake, "e", "gone");
      restored = run(runlake, "e", "restored");
      ofExperiment = run(runlake, "f", "of f");
      experiment = runlake.experiment("e").id().value();
      Experiment f = runlake.experiment("f");
      doomed = f.id().value();
      delete(runlake, gone);
      delete(runlake, restored);
      runlake.deleteExperiment(f.id());
      try (RunEditor run = runlake.edit(restored)) {
        run.restore();
      }
    }
    String before = hash(artifactsOf(experiment, kept));

    assertThat(collect(29).runs()).isZero();
    assertThat(rows("runs", gone)).isPositive();
    GcReport report = collect(31);

    assertThat(report.failures()).isEmpty();
    assertThat(report.skipped()).isEmpty();
    assertThat(report.experiments()).containsExactly(doomed);
    assertThat(report.runs()).isEqualTo(2);
    assertThat(report.folders()).isEqualTo(2);
    for (RunId id : List.of(gone, ofExperiment)) {
      assertThat(rows("runs", id)).isZero();
      assertThat(rows("metrics", id)).isZero();
    }
    assertThat(artifactsOf(experiment, gone)).doesNotExist();
    assertThat(artifactsOf(doomed, ofExperiment)).doesNotExist();
    assertThat(hash(artifactsOf(experiment, kept))).isEqualTo(before);
    assertThat(artifactsOf(experiment, restored)).isDirectory();
    try (Runlake runlake = open()) {
      assertThat(runlake.getRun(kept).orElseThrow().metric("m")).contains(1.0);
      assertThat(runlake.getRun(restored)).isPresent();
      assertThat(runlake.getRun(gone)).isEmpty();
      // The name is free again.
      assertThat(runlake.experiment("f").id().value()).isNotEqualTo(doomed);
    }
    try (Store store = Stores.open(uri, StoreOptions.defaults())) {
      assertThat(Doctor.check(store))
          .filteredOn(finding -> finding.severity() != Finding.Severity.INFO)
          .isEmpty();
    }
    assertThat(collect(31).runs()).isZero();
  }

  /** Runs that were deleted long ago, with artifacts and points, and runs that were not. */
  private List<RunId> manyRuns(int count) throws IOException {
    List<RunRow> rows = new ArrayList<>();
    List<MetricPoint> points = new ArrayList<>();
    List<RunId> deleted = new ArrayList<>();
    for (int i = 0; i < count + 10; i++) {
      RunId id = RunId.newId(i % 2 == 0 ? Fixture.OCTOBER : Fixture.NOVEMBER);
      String artifacts =
          "file:" + folder.resolve("root/artifacts/7").resolve(id.value()).resolve("artifacts");
      RunRow row =
          RunRow.of(id, Fixture.EXPERIMENT)
              .withOrigin(new RunOrigin("ann", "a", Fixture.OCTOBER, artifacts));
      if (i < count) {
        row = row.withLifecycle(Stamp.of(Fixture.OCTOBER.toEpochMilli(), RunRow.DELETED));
        deleted.add(id);
      }
      rows.add(row);
      points.add(Fixture.point(id, "m", 1, 1, i));
      Path file = Path.of(artifacts.substring(5)).resolve("model/data.txt");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "of run " + i);
    }
    try (Store store = Stores.open(uri, StoreOptions.defaults())) {
      store.runs().append(new RunBatch(points, rows)).join();
    }
    return deleted;
  }

  @Test
  void killedAtEveryPointItIsCompletedByARerun() throws Exception {
    int count = Integer.getInteger("runlake.test.gc.runs", 100);
    List<RunId> deleted = manyRuns(count);
    for (int i = 0; i < count; i += 10) {
      deleteTree(artifactsOf("7", deleted.get(i)));
    }
    Path sibling = folder.resolve("sibling");
    Files.createDirectories(sibling.resolve("artifacts/7"));
    Files.writeString(sibling.resolve("artifacts/7/f"), "mine");
    // A link in the artifacts of a run that goes: it goes, what it points to does not.
    Files.createSymbolicLink(artifactsOf("7", deleted.get(1)).resolve("artifacts/link"), sibling);
    String before = hash(sibling);

    List<String> died = new ArrayList<>();
    GcReport report = null;
    // First after each commit, then among the artifacts; each start finds what the last one left.
    int stride = count / (count < 1000 ? 3 : 5);
    for (int at = 1; report == null; at = at < 5 ? at + 1 : at + stride) {
      int last = at;
      AtomicInteger reached = new AtomicInteger();
      try {
        report =
            collect(
                31,
                step -> {
                  if (reached.incrementAndGet() == last) {
                    died.add(step.split(" ")[0]);
                    throw new Halt();
                  }
                });
      } catch (Halt expected) {
        assertThat(died.size()).isLessThan(50);
      }
    }
    System.out.println(
        "Gc: %d deleted runs, died %d times, at %s".formatted(count, died.size(), died));
    assertThat(died).contains("intent", "runs", "metrics", "artifacts");
    assertThat(report.failures()).isEmpty();
    assertThat(report.skipped()).isEmpty();
    for (RunId id : deleted) {
      assertThat(artifactsOf("7", id)).doesNotExist();
    }
    try (Store store = Stores.open(uri, StoreOptions.defaults())) {
      assertThat(store.runs().current(RunScan.all())).hasSize(10);
    }
    assertThat(
            TestSpark.session()
                .read()
                .format("delta")
                .load(folder.resolve("root/metrics").toString())
                .count())
        .isEqualTo(10);
    assertThat(folder.resolve("root/artifacts/7")).isDirectoryContaining(Files::isDirectory);
    assertThat(Files.list(folder.resolve("root/artifacts/7"))).hasSize(10);
    assertThat(Files.list(folder.resolve("root/_runlake/gc"))).isEmpty();
    assertThat(hash(sibling)).isEqualTo(before);
    assertThat(collect(31).runs()).isZero();
  }

  private static void deleteTree(Path tree) throws IOException {
    try (Stream<Path> below = Files.walk(tree)) {
      for (Path path : below.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void aRestoreThatComesFirstWins() throws Exception {
    RunId run;
    try (Runlake runlake = open()) {
      run = run(runlake, "e", "x");
      delete(runlake, run);
    }
    GcReport report =
        collect(
            31,
            step -> {
              if (step.equals("intent")) {
                try (Runlake other = open();
                    RunEditor editor = other.edit(run)) {
                  editor.restore();
                }
              }
            });
    assertThat(report.runs()).isZero();
    assertThat(rows("metrics", run)).isPositive();
    try (Runlake runlake = open()) {
      assertThat(runlake.getRun(run).orElseThrow().metric("m")).contains(1.0);
      assertThat(runlake.listArtifacts(run, "a")).hasSize(1);
    }
  }

  @Test
  void aVersionThatIsRegisteredBeforeArtifactsGoKeepsThem() throws Exception {
    RunId run;
    Path model;
    try (Runlake runlake = open()) {
      run = run(runlake, "e", "x");
      model = model(runlake.experiment("e").id().value(), run);
      delete(runlake, run);
    }
    assertThatThrownBy(
            () ->
                collect(
                    31,
                    step -> {
                      if (step.startsWith("runs")) {
                        throw new Halt();
                      }
                    }))
        .isInstanceOf(Halt.class);
    try (Runlake runlake = open()) {
      register(runlake, "m", model, Optional.empty());
    }
    GcReport report = collect(31);
    assertThat(rows("runs", run)).isZero();
    assertThat(report.folders()).isZero();
    assertThat(report.skipped()).singleElement().asString().contains("models:/m/1");
    assertThat(model.resolve("MLmodel")).exists();
  }

  /** A restore that lands while the rows are read makes the commit that would undo it fail. */
  @Test
  void rowsThatAppearMeanwhileMakeADeletionFail() {
    try (Fixture fixture = new Fixture(folder);
        ObservedCounts counts = new ObservedCounts(TestSpark.session())) {
      RunId id = RunId.newId(Fixture.NOVEMBER);
      fixture.append(Fixture.created(id, Fixture.EXPERIMENT, Fixture.NOVEMBER));
      Meanwhile.next(() -> fixture.append(RunRow.of(id, Fixture.EXPERIMENT)));
      assertThatThrownBy(
              () ->
                  new Rewrite(fixture.storeTable(TableColumns.RUNS), counts)
                      .replace(
                          Optional.of("2026-11"),
                          rows -> rows.where(Meanwhile.passing(col("run_id")).equalTo("")),
                          false))
          .isInstanceOf(ConcurrentModificationException.class);
      assertThat(Meanwhile.done()).isTrue();
      assertThat(fixture.table("runs").count()).isEqualTo(2);
    }
  }

  /** The folder of a model among the artifacts of a run. */
  private Path model(String experiment, RunId run) throws IOException {
    Path model = artifactsOf(experiment, run).resolve("artifacts/model");
    Files.createDirectories(model);
    Files.writeString(model.resolve("MLmodel"), "flavors: {}\n");
    return model;
  }

  /** By the path as one types it, without a scheme. */
  private static void register(Runlake runlake, String name, Path model, Optional<RunId> run) {
    runlake.registry().register(name, model.toString(), run, RegisterOptions.none());
  }

  @Test
  void whatTheRegistryNeedsAndWhatLiesElsewhereStays() throws Exception {
    Path elsewhere = folder.resolve("elsewhere");
    Files.createDirectories(elsewhere);
    Files.writeString(elsewhere.resolve("f"), "not ours");
    RunId registered;
    RunId byPath;
    RunId byLink;
    RunId linked;
    RunId foreign = RunId.newId(Fixture.NOVEMBER);
    String experiment;
    try (Runlake runlake = open()) {
      registered = run(runlake, "e", "x");
      linked = run(runlake, "e", "y");
      experiment = runlake.experiment("e").id().value();
      byPath = run(runlake, "e", "z");
      byLink = run(runlake, "e", "w");
      register(runlake, "m", model(experiment, registered), Optional.of(registered));
      register(runlake, "n", model(experiment, byPath), Optional.empty());
      Path root = folder.resolve("root");
      Path link = Files.createSymbolicLink(folder.resolve("link"), root);
      Path linkedModel = link.resolve(root.relativize(model(experiment, byLink)));
      register(runlake, "o", linkedModel, Optional.empty());
      delete(runlake, registered);
      delete(runlake, byPath);
      delete(runlake, byLink);
      delete(runlake, linked);
      Path folderOfRun = artifactsOf(experiment, linked).resolve("artifacts");
      deleteTree(folderOfRun);
      Files.createSymbolicLink(folderOfRun, elsewhere);
      runlake
          .store()
          .runs()
          .append(
              new RunBatch(
                  List.of(),
                  List.of(
                      RunRow.of(foreign, new ExperimentId(experiment))
                          .withOrigin(new RunOrigin("a", "b", Fixture.OCTOBER, "file:" + elsewhere))
                          .withLifecycle(Stamp.of(5, RunRow.DELETED)))))
          .join();
    }
    String before = hash(elsewhere);

    GcReport report = collect(31);

    assertThat(report.runs()).isEqualTo(2);
    assertThat(report.skipped())
        .hasSize(5)
        .anyMatch(why -> why.contains(registered.value()) && why.contains("models:/m/1"))
        .anyMatch(why -> why.contains(byPath.value()) && why.contains("models:/n/1"))
        .anyMatch(why -> why.contains(byLink.value()) && why.contains("models:/o/1"))
        .anyMatch(why -> why.contains(linked.value()) && why.contains("symbolic link"))
        .anyMatch(why -> why.contains(foreign.value()) && why.contains("elsewhere"));
    assertThat(report.failures()).isEmpty();
    assertThat(hash(elsewhere)).isEqualTo(before);
    for (RunId needed : List.of(registered, byPath, byLink)) {
      assertThat(rows("runs", needed)).isPositive();
      assertThat(artifactsOf(experiment, needed).resolve("artifacts/model/MLmodel")).exists();
    }
    assertThat(rows("runs", linked)).isZero();
  }
}
