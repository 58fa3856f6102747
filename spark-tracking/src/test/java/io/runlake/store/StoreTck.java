package io.runlake.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.store.StateTable.Decision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every store keeps to. A suite of an implementation extends it and says how a fresh store is
 * opened and how the same store is opened again, as another process would.
 */
public abstract class StoreTck {
  protected static final ExperimentId EXPERIMENT = new ExperimentId("1");
  protected static final Instant NOW = Instant.parse("2026-11-21T10:15:30.123Z");

  protected Store store;

  /** A store at a root that holds nothing yet. */
  protected abstract Store fresh() throws IOException;

  /** The same root, opened anew. */
  protected abstract Store again() throws IOException;

  /** A folder for artifacts and claims, as a Hadoop path. */
  protected abstract String folder();

  @BeforeEach
  void openStore() throws IOException {
    store = fresh();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  // runs

  @Test
  void aFreshStoreHoldsNothing() {
    assertThat(store.exists()).isFalse();
    assertThat(store.runs().current(RunScan.all())).isEmpty();
    assertThat(store.runs().find(RunId.newId(NOW))).isEmpty();
    assertThat(store.runs().points(RunId.newId(NOW), Optional.empty())).isEmpty();
    assertThat(store.experiments().current()).isEmpty();
    assertThat(store.registry().history()).isEmpty();
    assertThat(store.alerts().all()).isEmpty();
  }

  @Test
  void aFullRowComesBackAsItWas() throws IOException {
    RunRow row = fullRow(RunId.newId(NOW));
    append(new RunBatch(List.of(), List.of(row)));

    assertThat(store.exists()).isTrue();
    assertThat(store.runs().find(row.runId())).contains(row);
    try (Store other = again()) {
      assertThat(other.runs().find(row.runId())).contains(row);
      assertThat(other.runs().current(RunScan.all())).containsExactly(row);
    }
  }

  @Test
  void aRowThatChangesLittleComesBackAsItWas() {
    RunRow row = RunRow.of(new RunId("someone-elses_id"), EXPERIMENT);
    append(RunBatch.of(row));

    assertThat(store.runs().find(row.runId())).contains(row);
  }

  @Test
  void changesOfARunMergeAcrossBatchesAndMonths() {
    RunId ours = RunId.newId(Instant.parse("2024-02-29T23:59:59Z"));
    RunRow created = fullRow(ours);
    RunRow edited =
        RunRow.of(ours, EXPERIMENT)
            .withTags(Map.of("team", Stamp.deletion(9), "added", Stamp.of(9, "x")))
            .withParams(Map.of("depth", Stamp.of(9, "too late")))
            .withMetrics(Map.of("rmse", new MetricValue(7, 1, -1.5)));
    append(RunBatch.of(fullRow(RunId.newId(NOW))));
    append(RunBatch.of(created));
    append(RunBatch.of(edited));

    RunRow state = store.runs().find(ours).orElseThrow();
    assertThat(state).isEqualTo(created.merge(edited));
    assertThat(state.tags().get("team")).isEqualTo(Stamp.deletion(9));
    assertThat(state.params().get("depth").value()).contains("5");
    assertThat(store.runs().current(RunScan.all())).hasSize(2).contains(state);
  }

  @Test
  void rowsMergeWhateverTheirOrderAndHoweverOftenTheyCome() {
    RunId run = RunId.newId(NOW);
    RunRow empty = RunRow.of(run, EXPERIMENT);
    List<RunRow> changes =
        List.of(
            fullRow(run).withStatus(StatusChange.running(1)),
            empty
                .withParams(Map.of("p", Stamp.of(5, "first")))
                .withMetrics(Map.of("m", new MetricValue(2, 1, Double.NaN))),
            empty
                .withParams(Map.of("p", Stamp.of(6, "late")))
                .withTags(Map.of("t", Stamp.of(20, "x")))
                .withMetrics(Map.of("m", new MetricValue(2, 1, 5.0))),
            empty.withTags(Map.of("t", Stamp.deletion(30))),
            empty.withStatus(status(StatusChange.RANK_OWNER, 3, RunStatus.FINISHED)),
            empty.withStatus(status(StatusChange.RANK_REAPER, 99, RunStatus.KILLED)));
    for (int rotation = 0; rotation < changes.size(); rotation++) {
      for (int i = 0; i < changes.size(); i++) {
        append(RunBatch.of(changes.get((i + rotation) % changes.size())));
      }
      RunRow state = store.runs().find(run).orElseThrow();
      assertThat(state).isEqualTo(changes.stream().reduce(RunRow::merge).orElseThrow());
      assertThat(state.params().get("p")).isEqualTo(Stamp.of(5, "first"));
      assertThat(state.tags().get("t")).isEqualTo(Stamp.deletion(30));
      assertThat(state.metrics().get("m").value()).isNaN();
      assertThat(state.status().orElseThrow().status()).isEqualTo(RunStatus.FINISHED);
    }
  }

  private static StatusChange status(int rank, long at, RunStatus status) {
    return new StatusChange(0, rank, at, status, Optional.of(NOW), Optional.empty());
  }

  @Test
  void aBatchDeliveredAgainChangesNothing() {
    RunId run = RunId.newId(NOW);
    RunBatch batch = new RunBatch(List.of(point(run, "loss", 1, 0.5)), List.of(fullRow(run)));
    append(batch);
    append(batch);

    assertThat(store.runs().current(RunScan.all())).containsExactly(fullRow(run));
    assertThat(store.runs().points(run, Optional.empty())).isEqualTo(batch.points());
  }

  @Test
  void aScanReturnsTheRunsOfItsExperimentsOnly() {
    RunId one = RunId.newId(NOW);
    RunId two = RunId.newId(NOW);
    RunId three = RunId.newId(NOW);
    append(
        new RunBatch(
            List.of(),
            List.of(
                RunRow.of(one, new ExperimentId("a")),
                RunRow.of(two, new ExperimentId("b")),
                RunRow.of(three, new ExperimentId("c")))));

    Set<ExperimentId> asked = Set.of(new ExperimentId("a"), new ExperimentId("c"));
    assertThat(store.runs().current(RunScan.of(asked)))
        .extracting(RunRow::runId)
        .containsExactlyInAnyOrder(one, three);
    assertThat(store.runs().current(RunScan.of(Set.of()))).isEmpty();
  }

  @Test
  void aScanBringsTheMapsThatAreWantedAndTheRestOfTheRow() throws IOException {
    RunRow row = fullRow(RunId.newId(NOW));
    RunRow edit = RunRow.of(row.runId(), EXPERIMENT).withTags(Map.of("late", Stamp.of(9, "x")));
    append(RunBatch.of(row));
    append(RunBatch.of(edit));
    RunRow whole = row.merge(edit);

    for (Store asked : List.of(store, again())) {
      for (RunScan.Part part : RunScan.Part.values()) {
        List<RunRow> found = asked.runs().current(RunScan.all().withParts(Set.of(part)));
        assertThat(found).hasSize(1);
        assertThat(part(found.get(0), part)).isEqualTo(part(whole, part)).isNotEmpty();
        assertThat(withoutMaps(found.get(0))).isEqualTo(withoutMaps(whole));
      }
      assertThat(asked.runs().current(RunScan.all())).containsExactly(whole);
      asked.close();
    }
  }

  private static Map<String, ?> part(RunRow row, RunScan.Part part) {
    return switch (part) {
      case PARAMS -> row.params();
      case TAGS -> row.tags();
      case METRICS -> row.metrics();
      case INPUTS -> row.inputs();
    };
  }

  private static RunRow withoutMaps(RunRow row) {
    return row.withParams(Map.of()).withTags(Map.of()).withMetrics(Map.of()).withInputs(Map.of());
  }

  @Test
  void whatAConsumerThrowsComesOutOfTheScan() {
    append(RunBatch.of(fullRow(RunId.newId(NOW))));
    IllegalStateException enough = new IllegalStateException("enough");

    assertThatThrownBy(
            () ->
                store
                    .runs()
                    .scan(
                        RunScan.all(),
                        row -> {
                          throw enough;
                        }))
        .isSameAs(enough);
    assertThat(store.runs().current(RunScan.all())).hasSize(1);
  }

  // metrics

  @Test
  void everyDoubleIsKeptToItsBits() {
    RunId run = RunId.newId(NOW);
    List<Double> values =
        List.of(
            Double.NEGATIVE_INFINITY,
            -1.5,
            -0.0,
            0.0,
            Double.MIN_VALUE,
            1.0 / 3,
            Double.MAX_VALUE,
            Double.POSITIVE_INFINITY,
            Double.NaN);
    List<MetricPoint> points = values.stream().map(value -> point(run, "m", 0, value)).toList();
    append(new RunBatch(points, List.of(RunRow.of(run, EXPERIMENT))));

    assertThat(store.runs().points(run, Optional.of("m")))
        .extracting(found -> Double.doubleToLongBits(found.value().value()))
        .containsExactlyElementsOf(values.stream().map(Double::doubleToLongBits).toList());
  }

  @Test
  void pointsComeOnceAndInOrderOfKeyStepTimeAndValue() {
    RunId run = RunId.newId(NOW);
    RunId other = RunId.newId(NOW);
    List<MetricPoint> ordered =
        List.of(
            point(run, "a", -1, 2.0),
            point(run, "a", 0, 1.0),
            point(run, "a", 0, 3.0),
            point(run, "b", Long.MIN_VALUE, 0.0),
            point(run, "b", Long.MAX_VALUE, 0.0));
    List<MetricPoint> shuffled = new ArrayList<>(ordered);
    Collections.reverse(shuffled);
    shuffled.add(point(other, "a", 0, 9.0));
    shuffled.add(ordered.get(2));
    append(new RunBatch(shuffled, List.of()));

    assertThat(store.runs().points(run, Optional.empty())).isEqualTo(ordered);
    assertThat(store.runs().points(run, Optional.of("b"))).isEqualTo(ordered.subList(3, 5));
    assertThat(store.runs().points(run, Optional.of("c"))).isEmpty();
  }

  @Test
  void manyThreadsLoseNothing() throws Exception {
    List<List<RunId>> written =
        inParallel(
            8,
            thread -> {
              List<RunId> ids = new ArrayList<>();
              for (int i = 0; i < 25; i++) {
                RunId id = RunId.newId(NOW);
                append(new RunBatch(List.of(point(id, "m", i, i)), List.of(fullRow(id))));
                ids.add(id);
              }
              return ids;
            });

    List<RunId> all = written.stream().flatMap(List::stream).toList();
    assertThat(all).hasSize(200).doesNotHaveDuplicates();
    assertThat(store.runs().current(RunScan.all()))
        .extracting(RunRow::runId)
        .containsExactlyInAnyOrderElementsOf(all);
    for (RunId id : all) {
      assertThat(store.runs().points(id, Optional.empty())).hasSize(1);
    }
    assertThat(store.counters().stored()).isEqualTo(store.counters().accepted());
    assertThat(store.counters().failed()).isZero();
  }

  @Test
  void aFlushWaitsForWhatWasQueued() {
    RunId run = RunId.newId(NOW);
    CompletableFuture<Void> queued = store.runs().append(RunBatch.of(fullRow(run)));
    store.flush();

    assertThat(queued).isCompleted();
    assertThat(store.runs().find(run)).isPresent();
  }

  @Test
  void closingWritesWhatWasQueuedAndMayBeRepeated() throws IOException {
    RunId run = RunId.newId(NOW);
    store.runs().append(RunBatch.of(fullRow(run)));
    store.close();
    store.close();

    try (Store other = again()) {
      assertThat(other.runs().find(run)).isPresent();
    }
  }

  // states

  @Test
  void aChangeSeesTheNewestRowsAndNumbersItself() throws IOException {
    assertThat(putExperiment(store, "1", "first")).isEqualTo(1);
    try (Store other = again()) {
      assertThat(putExperiment(other, "2", "second")).isEqualTo(2);
    }
    assertThat(putExperiment(store, "1", "renamed")).isEqualTo(3);

    assertThat(store.experiments().current())
        .extracting(ExperimentRow::name)
        .containsExactlyInAnyOrder("renamed", "second");
    assertThat(store.experiments().history())
        .extracting(ExperimentRow::name)
        .containsExactly("first", "second", "renamed");
  }

  @Test
  void aDecisionThatThrowsWritesNothingAndItsErrorComesBack() {
    putExperiment(store, "1", "first");
    IllegalStateException refusal = new IllegalStateException("no");

    assertThatThrownBy(
            () ->
                store
                    .experiments()
                    .change(
                        state -> {
                          throw refusal;
                        }))
        .isSameAs(refusal);
    String kept = store.experiments().change(state -> Decision.keep("nothing to do"));

    assertThat(kept).isEqualTo("nothing to do");
    assertThat(store.experiments().history()).hasSize(1);
  }

  @Test
  void racingChangesNeverSeeTheSameState() throws Exception {
    try (Store other = again()) {
      List<List<Integer>> given =
          inParallel(
              6,
              thread -> {
                Store mine = thread % 2 == 0 ? store : other;
                return IntStream.range(0, 5).mapToObj(i -> registerNext(mine, "m")).toList();
              });

      assertThat(given.stream().flatMap(List::stream))
          .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 30).boxed().toList());
      List<RegistryRow> history = store.registry().history();
      assertThat(history).hasSize(30);
      assertThat(new HashSet<>(history.stream().map(RegistryRow::revision).toList())).hasSize(30);
    }
  }

  @Test
  void anUnluckyNeighbourDoesNotHarmTheOthers() throws Exception {
    List<Integer> given =
        inParallel(
            8,
            thread -> {
              if (thread % 2 == 0) {
                return registerNext(store, "m");
              }
              assertThatThrownBy(
                      () ->
                          store
                              .registry()
                              .change(
                                  state -> {
                                    throw new IllegalStateException("refused " + thread);
                                  }))
                  .hasMessage("refused " + thread);
              return 0;
            });

    assertThat(given.stream().filter(version -> version > 0)).containsExactlyInAnyOrder(1, 2, 3, 4);
  }

  @Test
  void revisionsCountTheChangesOfTheTable() throws Exception {
    inParallel(4, thread -> IntStream.range(0, 5).map(i -> registerNext(store, "m")).sum());
    store.registry().change(state -> Decision.keep(0));

    assertThat(store.registry().history())
        .extracting(RegistryRow::revision)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 20).mapToObj(i -> (long) i).toList());
  }

  @Test
  void ofManyThatGetOrCreateOneCreates() throws Exception {
    List<String> got =
        inParallel(
            8,
            thread ->
                store
                    .experiments()
                    .change(
                        state ->
                            state.rows().isEmpty()
                                ? new Decision<>(
                                    List.of(experiment("e" + thread, state.nextRevision())),
                                    "e" + thread)
                                : Decision.keep(state.rows().get(0).experimentId().value())));

    assertThat(new HashSet<>(got)).hasSize(1);
    assertThat(store.experiments().history())
        .extracting(row -> row.experimentId().value())
        .containsExactly(got.get(0));
  }

  @Test
  void aRowOfAnotherRevisionIsRefused() {
    assertThatThrownBy(
            () ->
                store.experiments().change(state -> new Decision<>(List.of(experiment("e", 2)), 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("revision 2 instead of 1");
    assertThat(store.experiments().history()).isEmpty();
  }

  @Test
  void registryRowsComeBackAsTheyWere() throws IOException {
    RegistryRow.Change change = new RegistryRow.Change("ann", NOW, "better \"recall\"");
    RegistryRow version =
        new RegistryRow(
            RegistryRow.Entry.version("näme / x", 3),
            true,
            Map.of(),
            Map.of("k", "v"),
            Optional.of("words"),
            Optional.of("Staging"),
            Optional.of(
                new RegistryRow.ModelSource("file:/m", Optional.of(RunId.newId(NOW)), "sha256:1")),
            NOW,
            change,
            1);
    RegistryRow model =
        new RegistryRow(
            RegistryRow.Entry.model("näme / x"),
            false,
            Map.of("champion", 3),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NOW,
            change,
            1);
    store.registry().change(state -> new Decision<>(List.of(version, model), 0));

    try (Store other = again()) {
      assertThat(other.registry().current()).containsExactlyInAnyOrder(version, model);
    }
  }

  // alerts, artifacts, claims

  @Test
  void alertsComeBackOldestFirst() throws IOException {
    Alert newer = new Alert(20, "refused-model", "m/2", "no signature", Optional.empty());
    Alert older = new Alert(10, "gate", "m/1", "too bad", Optional.of(RunId.newId(NOW)));
    store.alerts().append(newer);
    store.alerts().append(older);

    try (Store other = again()) {
      assertThat(other.alerts().all()).containsExactly(older, newer);
    }
  }

  @Test
  void artifactsAreWrittenReplacedListedAndRead() throws IOException {
    ArtifactStore artifacts = store.artifacts();
    put(artifacts, "model/MLmodel", "old");
    put(artifacts, "model/MLmodel", "flavors: {}");
    put(artifacts, "model/deep/er/x.bin", "1234");
    put(artifacts, "notes ü.txt", "n");

    assertThat(artifacts.list(folder(), ArtifactPath.root()))
        .containsExactly(
            new ArtifactStore.ArtifactFile("model", true, 0),
            new ArtifactStore.ArtifactFile("notes ü.txt", false, 1));
    assertThat(artifacts.list(folder(), ArtifactPath.of("model")))
        .containsExactly(
            new ArtifactStore.ArtifactFile("model/MLmodel", false, 11),
            new ArtifactStore.ArtifactFile("model/deep", true, 0));
    assertThat(artifacts.list(folder(), ArtifactPath.of("model/deep/er/x.bin")))
        .containsExactly(new ArtifactStore.ArtifactFile("model/deep/er/x.bin", false, 4));
    assertThat(artifacts.list(folder(), ArtifactPath.of("nothing"))).isEmpty();
    try (InputStream in = artifacts.open(folder(), ArtifactPath.of("model/MLmodel"))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("flavors: {}");
    }
    assertThatThrownBy(() -> artifacts.open(folder(), ArtifactPath.of("nothing")))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.NOT_FOUND));
  }

  @Test
  void anArtifactWhoseSourceFailsIsNotThere() {
    InputStream broken =
        new InputStream() {
          private int read;

          @Override
          public int read() throws IOException {
            if (read++ > 100) {
              throw new IOException("the source broke");
            }
            return 'x';
          }
        };
    assertThatThrownBy(() -> store.artifacts().put(folder(), ArtifactPath.of("a/b"), broken))
        .hasStackTraceContaining("the source broke");
    assertThat(store.artifacts().list(folder(), ArtifactPath.of("a"))).isEmpty();
  }

  @Test
  protected void oneOfManyClaimsAPath() throws Exception {
    String path = folder() + "/claims/night/1.json";
    List<Boolean> won =
        inParallel(
            8,
            thread -> store.claims().put(path, ("by " + thread).getBytes(StandardCharsets.UTF_8)));

    assertThat(won.stream().filter(mine -> mine)).hasSize(1);
    assertThat(store.claims().get(path).map(String::new)).contains("by " + won.indexOf(true));
    assertThat(store.claims().list(folder() + "/claims/night")).containsExactly("1.json");
    assertThat(store.claims().list(folder() + "/claims/none")).isEmpty();
    assertThat(store.claims().get(folder() + "/claims/night/2.json")).isEmpty();
  }

  // helpers

  protected final void append(RunBatch batch) {
    store.runs().append(batch).join();
  }

  protected static MetricPoint point(RunId run, String key, long step, double value) {
    return new MetricPoint(EXPERIMENT, run, key, new MetricValue(step, NOW.toEpochMilli(), value));
  }

  /** A row with something in every column. */
  protected static RunRow fullRow(RunId id) {
    DatasetRef dataset =
        new DatasetRef(
            "delta",
            "file:/t",
            Optional.of("12"),
            Optional.of("train"),
            Optional.empty(),
            Optional.of("{}"));
    Map<String, Stamp> tags = new HashMap<>();
    tags.put("team", Stamp.of(3, "iot"));
    tags.put("gone", Stamp.deletion(4));
    tags.put("mlflow.note.content", Stamp.of(4, "line\n\u0000😀"));
    return RunRow.of(id, EXPERIMENT)
        .withOrigin(new RunOrigin("ann", "Train.java", NOW, "file:/a/" + id))
        .withStatus(
            new StatusChange(
                1, 2, 8, RunStatus.FAILED, Optional.of(NOW.plusSeconds(1)), Optional.of("broke")))
        .withName(Stamp.of(1, "kind-owl-7"))
        .withLifecycle(Stamp.of(2, RunRow.ACTIVE))
        .withLeaseUntil(NOW.plusSeconds(60))
        .withParams(Map.of("depth", Stamp.of(2, "5"), "empty", Stamp.of(2, "")))
        .withTags(tags)
        .withMetrics(
            Map.of(
                "rmse", new MetricValue(0, 5, Double.NaN),
                "auc", new MetricValue(-3, 5, Double.NEGATIVE_INFINITY)))
        .withInputs(Map.of(dataset.key(), new RunInput(2, dataset)));
  }

  private void put(ArtifactStore artifacts, String path, String text) {
    artifacts.put(
        folder(),
        ArtifactPath.of(path),
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static ExperimentRow experiment(String id, long revision) {
    return new ExperimentRow(
        new ExperimentId(id), id, "file:/a", RunRow.ACTIVE, Map.of(), NOW, NOW, revision);
  }

  private static long putExperiment(Store store, String id, String name) {
    return store
        .experiments()
        .change(
            state ->
                new Decision<>(
                    List.of(
                        new ExperimentRow(
                            new ExperimentId(id),
                            name,
                            "file:/artifacts/" + id,
                            RunRow.ACTIVE,
                            Map.of("a", "b"),
                            NOW,
                            NOW,
                            state.nextRevision())),
                    state.nextRevision()));
  }

  private static int registerNext(Store store, String name) {
    return store
        .registry()
        .change(
            state -> {
              int next =
                  state.rows().stream().mapToInt(row -> row.entry().version()).max().orElse(0) + 1;
              RegistryRow row =
                  new RegistryRow(
                      RegistryRow.Entry.version(name, next),
                      false,
                      Map.of(),
                      Map.of(),
                      Optional.empty(),
                      Optional.of("None"),
                      Optional.of(
                          new RegistryRow.ModelSource("file:/m", Optional.empty(), "sha256:0")),
                      NOW,
                      new RegistryRow.Change("t", NOW, ""),
                      state.nextRevision());
              return new Decision<>(List.of(row), next);
            });
  }

  /** Runs a task on so many threads at once and returns what they returned, by thread. */
  protected static <T> List<T> inParallel(int threads, ThreadTask<T> task) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<T>> tasks = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        tasks.add(() -> task.run(thread));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : pool.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  /** What one of several threads does. */
  protected interface ThreadTask<T> {
    T run(int thread) throws Exception;
  }
}
