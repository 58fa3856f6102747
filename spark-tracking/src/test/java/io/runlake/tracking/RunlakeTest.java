package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.search.FilterException;
import io.runlake.search.SearchQuery;
import io.runlake.store.ArtifactStore.ArtifactFile;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.MemoryStore;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunlakeTest {
  @TempDir Path folder;
  private Store store;
  private Runlake runlake;

  /** An empty store. */
  Store newStore(Path root) {
    return new MemoryStore("test");
  }

  @BeforeEach
  void open() {
    store = newStore(folder.resolve("root"));
    runlake = Runlake.over(store);
  }

  @AfterEach
  void close() {
    runlake.close();
    store.close();
  }

  private Run read(RunId id) {
    return runlake.getRun(id).orElseThrow();
  }

  private static TrackingException refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    TrackingException refused = catchThrowableOfType(TrackingException.class, call);
    assertThat(refused).as("the call was to be refused").isNotNull();
    return refused;
  }

  private static void assertInvalid(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String... parts) {
    TrackingException refused = refused(call);
    assertThat(refused.errorCode()).isEqualTo(ErrorCode.INVALID_PARAMETER_VALUE);
    assertThat(refused).hasMessageContainingAll(parts);
  }

  @Test
  void aRunKeepsWhatWasLogged() {
    DatasetRef train =
        new DatasetRef(
            "delta",
            "/data/t",
            Optional.of("3"),
            Optional.of("train"),
            Optional.empty(),
            Optional.empty());
    RunId id;
    try (ActiveRun run = runlake.startRun(RunSpec.of("e").withName("first").withTag("team", "a"))) {
      id = run.id();
      run.logParam("depth", 5);
      run.logParams(Map.of("lr", 0.1, "impurity", "gini"));
      run.logMetric("loss", 0.9, 0, Instant.ofEpochMilli(10));
      run.logMetric("loss", 0.5, 2, Instant.ofEpochMilli(5));
      run.logMetric("loss", 0.7, 1, Instant.ofEpochMilli(20));
      run.logMetrics(Map.of("acc", 0.97, "auc", Double.NaN));
      run.setTag("team", "b");
      run.setTag("gone", "x");
      run.deleteTag("gone");
      run.logInput(train);
      run.endRun();
    }
    Run run = read(id);
    assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.name()).isEqualTo("first");
    assertThat(run.tags())
        .containsEntry(Tags.RUN_NAME, "first")
        .containsEntry("team", "b")
        .doesNotContainKey("gone")
        .containsEntry(Tags.USER, System.getProperty("user.name"))
        .containsEntry(Tags.SOURCE_TYPE, "LOCAL")
        .containsKey(Tags.SOURCE_NAME);
    assertThat(run.params())
        .containsExactlyInAnyOrderEntriesOf(Map.of("depth", "5", "lr", "0.1", "impurity", "gini"));
    assertThat(run.metrics().get("loss")).isEqualTo(new MetricValue(2, 5, 0.5));
    assertThat(run.metric("auc").orElseThrow()).isNaN();
    assertThat(run.inputs()).containsExactly(train);
    assertThat(run.info().startTime()).isPresent();
    assertThat(run.info().endTime()).isPresent();
    assertThat(run.info().user()).isEqualTo(System.getProperty("user.name"));
    assertThat(run.info().artifactUri())
        .isEqualTo(store.root() + "/artifacts/" + run.experimentId() + "/" + id + "/artifacts");
    assertThat(runlake.metricHistory(id, "loss"))
        .extracting(point -> point.value().value())
        .containsExactly(0.9, 0.7, 0.5);
    assertThat(runlake.metricHistory(id, "none")).isEmpty();
    assertThat(refused(() -> runlake.metricHistory(new RunId("nobody"), "loss")).errorCode())
        .isEqualTo(ErrorCode.RESOURCE_DOES_NOT_EXIST);
  }

  @Test
  void readsSeeWhatThisRunlakeHolds() {
    ActiveRun run = runlake.startRun("e");
    run.logParam("p", "1");
    assertThat(read(run.id()).params()).containsEntry("p", "1");
    assertThat(read(run.id()).status()).isEqualTo(RunStatus.RUNNING);
    run.logMetric("m", 1);
    assertThat(runlake.searchRuns(RunQuery.all().withFilter("metrics.m = 1")).runs()).hasSize(1);
    run.logMetric("m", 2);
    assertThat(runlake.metricHistory(run.id(), "m")).hasSize(2);
    run.endRun();
  }

  @Test
  void randomNamesAreShortAndOfThreeParts() {
    for (int i = 0; i < 2000; i++) {
      assertThat(RunNames.next()).matches("[a-z]+-[a-z]+-\\d{1,3}").hasSizeLessThanOrEqualTo(20);
    }
  }

  @Test
  void bodyThatReturnsEndsFinishedAndBodyThatThrowsEndsFailedWithTheSameObject() {
    List<RunId> ids = new ArrayList<>();
    String result =
        runlake.withRun(
            RunSpec.of("e"),
            run -> {
              ids.add(run.id());
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(read(ids.get(0)).status()).isEqualTo(RunStatus.FINISHED);

    IOException cause = new IOException("no disk");
    Exception thrown = new Exception("broken", cause);
    Throwable caught =
        catchThrowable(
            () ->
                runlake.withRun(
                    RunSpec.of("e"),
                    run -> {
                      ids.add(run.id());
                      throw thrown;
                    }));
    assertThat(caught).isSameAs(thrown);
    Run failed = read(ids.get(1));
    assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
    assertThat(failed.info().statusMessage().orElseThrow())
        .isEqualTo("java.lang.Exception: broken\ncaused by java.io.IOException: no disk");
    assertThat(failed.info().endTime()).isPresent();

    StackOverflowError error = new StackOverflowError("deep");
    assertThat(
            catchThrowable(
                () ->
                    runlake.withRun(
                        RunSpec.of("e"),
                        run -> {
                          ids.add(run.id());
                          throw error;
                        })))
        .isSameAs(error);
    assertThat(read(ids.get(2)).status()).isEqualTo(RunStatus.FAILED);
  }

  @Test
  void tryWithResourcesEndsAsItsBodyDid() {
    ActiveRun finished = runlake.startRun("e");
    try (finished) {
      finished.endRun();
    }
    ActiveRun failed = runlake.startRun("e");
    IllegalStateException error = new IllegalStateException("broken");
    Throwable caught =
        catchThrowable(
            () -> {
              try (failed) {
                failed.logParam("p", 1);
                throw error;
              }
            });
    ActiveRun explicit = runlake.startRun("e");
    try (explicit) {
      explicit.fail(error);
    }
    ActiveRun killed = runlake.startRun("e");
    try (killed) {
      killed.endRun(RunStatus.KILLED);
      assertThat(refused(killed::endRun)).hasMessageContaining("ended as KILLED");
    }
    assertThat(caught).isSameAs(error).hasNoSuppressedExceptions();
    assertThat(read(finished.id()).status()).isEqualTo(RunStatus.FINISHED);
    assertThat(read(failed.id()).status()).isEqualTo(RunStatus.FAILED);
    assertThat(read(failed.id()).params()).containsEntry("p", "1");
    assertThat(read(failed.id()).info().statusMessage().orElseThrow()).contains("endRun()");
    assertThat(read(explicit.id()).info().statusMessage()).contains(error.toString());
    assertThat(read(killed.id()).status()).as("the first end stands").isEqualTo(RunStatus.KILLED);
    assertInvalid(() -> runlake.startRun("e").endRun(RunStatus.RUNNING), "does not end as RUNNING");
  }

  @Test
  void anEndedRunTakesNoMoreAndClosingEndsWhatIsLive() {
    Runlake mine = Runlake.over(store);
    ActiveRun ended = mine.startRun("e");
    ended.endRun();
    assertThat(refused(() -> ended.logMetric("m", 1)).errorCode())
        .isEqualTo(ErrorCode.INVALID_STATE);
    ActiveRun live = mine.startRun("e");
    live.logMetric("m", 1);
    assertThat(LiveRuns.find(live.id())).containsSame(live);
    mine.close();
    mine.close();
    assertThat(LiveRuns.find(live.id())).isEmpty();
    assertThat(live.ended()).isTrue();
    assertThat(read(live.id()).status()).isEqualTo(RunStatus.FAILED);
    assertThat(read(live.id()).metric("m")).contains(1.0);
    assertThat(read(live.id()).info().statusMessage().orElseThrow()).contains("closed");
    assertThat(refused(() -> mine.startRun("e")).errorCode()).isEqualTo(ErrorCode.INVALID_STATE);
  }

  @Test
  void aSearchBringsTheColumnsThatAreAskedFor() {
    DatasetRef read =
        new DatasetRef(
            "delta", "t", Optional.of("1"), Optional.empty(), Optional.empty(), Optional.empty());
    try (ActiveRun run = runlake.startRun("e")) {
      run.logParam("depth", "5");
      run.logParam("width", "2");
      run.logMetric("auc", 0.9);
      run.logMetric("loss", 0.1);
      run.setTag("team", "iot");
      run.logInput(read);
    }
    RunQuery query =
        RunQuery.all().withFilter("tags.team = 'iot'").withOrderBy("metrics.loss DESC");

    Run some =
        runlake.searchRuns(query.withColumns("metrics.auc", "params", "start_time")).runs().get(0);
    assertThat(some.metrics()).containsOnlyKeys("auc");
    assertThat(some.params()).isEqualTo(Map.of("depth", "5", "width", "2"));
    assertThat(some.tags()).isEmpty();
    assertThat(some.inputs()).isEmpty();
    assertThat(some.info()).isEqualTo(read(some.id()).info());
    assertThat(runlake.searchRuns(query.withColumns("datasets")).runs().get(0).inputs())
        .containsExactly(read);
    assertThat(runlake.searchRuns(query).runs()).containsExactly(read(some.id()));
    assertThatThrownBy(() -> runlake.searchRuns(query.withColumns("metrics.auc DESC")))
        .isInstanceOf(FilterException.class)
        .hasMessageContainingAll("Invalid column", "metrics.auc DESC", "position 13");
    assertThatThrownBy(() -> runlake.searchRuns(query.withColumns("metrix.auc")))
        .isInstanceOf(FilterException.class)
        .hasMessageContaining("did you mean 'metric'");
  }

  @Test
  void aCountIsOfAllThatAQueryFinds() {
    for (int i = 0; i < 7; i++) {
      try (ActiveRun run = runlake.startRun(i < 4 ? "e" : "other")) {
        run.logMetric("m", i);
      }
    }
    RunQuery last = RunQuery.all().withFilter("metrics.m = 6");
    try (RunEditor editor = runlake.edit(runlake.searchRuns(last).runs().get(0).id())) {
      editor.delete();
    }

    assertThat(runlake.countRuns(RunQuery.all())).isEqualTo(6);
    assertThat(runlake.countRuns(RunQuery.all().withView(ViewType.ALL))).isEqualTo(7);
    assertThat(runlake.countRuns(RunQuery.ofExperiments("e").withFilter("metrics.m > 0")))
        .isEqualTo(3);
    assertThat(runlake.countRuns(RunQuery.all().withMaxResults(2).withOrderBy("metrics.m")))
        .isEqualTo(6);
  }

  @Test
  void nestedRunsKnowTheirParent() {
    ActiveRun parent = runlake.startRun("e");
    ActiveRun child = parent.startNested("child");
    ActiveRun elsewhere = parent.startNested(RunSpec.of("other"));
    assertThat(child.experimentId()).isEqualTo(parent.experimentId());
    assertThat(elsewhere.experimentId()).isNotEqualTo(parent.experimentId());
    List.of(child, elsewhere, parent).forEach(ActiveRun::endRun);
    assertThat(read(child.id()).parentId()).contains(parent.id());
    assertThat(read(child.id()).name()).isEqualTo("child");
    assertThat(read(elsewhere.id()).parentId()).contains(parent.id());
    assertThat(
            runlake
                .searchRuns(
                    RunQuery.all().withFilter("tags.`mlflow.parentRunId` = '" + parent.id() + "'"))
                .runs())
        .hasSize(2);
  }

  @Test
  void aParamIsWrittenOnce() {
    ActiveRun run = runlake.startRun("e");
    run.logParam("p", "1");
    run.logParam("p", 1);
    assertInvalid(
        () -> run.logParams(Map.of("p", "2", "q", "3")),
        "Param with key='p' was already logged with value='1'",
        "Attempted logging new value '2'");
    run.endRun();
    assertThat(read(run.id()).params()).isEqualTo(Map.of("p", "1"));

    try (Runlake other = Runlake.over(store);
        RunEditor editor = other.edit(run.id())) {
      editor.logParam("p", "1");
      editor.logParam("q", "4");
      assertInvalid(() -> editor.logParam("p", "2"), "value='1'", "new value '2'");
    }
    assertThat(read(run.id()).params()).isEqualTo(Map.of("p", "1", "q", "4"));
  }

  @Test
  void aFinishedRunIsEditedFromElsewhere() {
    ActiveRun run = runlake.startRun(RunSpec.of("e").withName("before"));
    run.setTag("a", "1");
    run.logMetric("m", 1, 5);
    run.endRun();
    try (Runlake other = Runlake.over(store);
        RunEditor editor = other.edit(run.id())) {
      editor.logMetric("accuracy", 0.97);
      editor.logMetric("m", 2, 1);
      editor.setTag("a", "2");
      editor.setTag("b", "3");
      editor.rename("after");
      editor.logText("hello", "notes/hello.txt");
      assertThat(refused(() -> editor.deleteTag("none")).errorCode())
          .isEqualTo(ErrorCode.RESOURCE_DOES_NOT_EXIST);
    }
    Run edited = read(run.id());
    assertThat(edited.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(edited.metric("accuracy")).contains(0.97);
    assertThat(edited.metrics().get("m").step()).isEqualTo(5);
    assertThat(runlake.metricHistory(run.id(), "m")).hasSize(2);
    assertThat(edited.tags())
        .containsEntry("a", "2")
        .containsEntry("b", "3")
        .containsEntry(Tags.RUN_NAME, "after");
    assertThat(edited.name()).isEqualTo("after");
    assertThat(runlake.listArtifacts(run.id(), "notes")).hasSize(1);
  }

  @Test
  void nameAndItsTagAreOneThing() {
    ActiveRun run = runlake.startRun(RunSpec.of("e").withTag(Tags.RUN_NAME, "by tag"));
    assertThat(run.name()).isEqualTo("by tag");
    run.setTag(Tags.RUN_NAME, "later");
    assertThat(run.name()).isEqualTo("later");
    run.endRun();
    assertThat(read(run.id()).name()).isEqualTo("later");
    assertThat(runlake.searchRuns(RunQuery.all().withFilter("run_name = 'later'")).runs())
        .hasSize(1);
    assertInvalid(
        () -> runlake.startRun(RunSpec.of("e").withName("x").withTag(Tags.RUN_NAME, "y")),
        "'x'",
        "'y'");
    assertInvalid(() -> runlake.edit(run.id()).deleteTag(Tags.RUN_NAME), "rename");
  }

  @Test
  void aDeletedRunIsHiddenAndRefusesAllButRestore() {
    ActiveRun run = runlake.startRun("e");
    run.endRun();
    try (RunEditor editor = runlake.edit(run.id())) {
      editor.delete();
    }
    assertThat(runlake.searchRuns(RunQuery.all()).runs()).isEmpty();
    assertThat(runlake.searchRuns(RunQuery.all().withView(ViewType.DELETED_ONLY)).runs())
        .hasSize(1);
    assertThat(read(run.id()).info().deleted()).isTrue();
    try (RunEditor editor = runlake.edit(run.id())) {
      assertInvalid(() -> editor.setTag("a", "b"), "must be in the 'active' state");
      assertInvalid(() -> editor.logMetric("a", 1), "Restore");
      assertInvalid(() -> editor.logText("t", "a.txt"), "Restore");
      editor.restore();
      editor.setTag("a", "b");
    }
    assertThat(read(run.id()).info().deleted()).isFalse();
    assertThat(read(run.id()).tags()).containsEntry("a", "b");
    assertThat(refused(() -> runlake.edit(new RunId("nobody"))).errorCode())
        .isEqualTo(ErrorCode.RESOURCE_DOES_NOT_EXIST);
  }

  @Test
  void editingOnesOwnLiveRunSharesItsState() {
    ActiveRun run = runlake.startRun("e");
    try (RunEditor editor = runlake.edit(run.id())) {
      editor.logParam("p", "1");
      assertInvalid(() -> run.logParam("p", "2"), "value='1'");
    }
    run.endRun();
    assertThat(read(run.id()).status()).isEqualTo(RunStatus.FINISHED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/a", "a/", "a//b", "./a", "a/../b", "..", ".", "a;b", "a\nb", "ä$", "a?"})
  void illegalKeysAreRefused(String key) {
    ActiveRun run = runlake.startRun("e");
    assertInvalid(() -> run.logParam(key, "1"), "name");
    assertInvalid(() -> run.logMetric(key, 1), "name");
    assertInvalid(() -> run.setTag(key, "1"), "name");
    run.endRun();
    assertThat(read(run.id()).params()).isEmpty();
    assertThat(read(run.id()).metrics()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "größe", "val loss", "a/b.c-d_e:1", "日本", "..."})
  void legalKeysAreTaken(String key) {
    ActiveRun run = runlake.startRun("e");
    if (key.startsWith("..")) {
      assertInvalid(() -> run.logMetric(key, 1), "name");
    } else {
      run.logMetric(key, 1);
      run.logParam(key, 1);
      assertThat(read(run.id()).metric(key)).contains(1.0);
    }
    run.endRun();
  }

  @Test
  void limitsAreMlflows() {
    ActiveRun run = runlake.startRun("e");
    run.logMetric("k".repeat(250), 1);
    assertInvalid(() -> run.logMetric("k".repeat(251), 1), "251", "maximum length of 250");
    assertInvalid(() -> run.logMetric("m", 1, 0, Instant.ofEpochMilli(-1)), "timestamp", "1969");
    assertInvalid(() -> run.logMetric("m", 1, 0, Instant.parse("+10000-01-01T00:00:00Z")), "9999");
    run.logMetric("m", 1, -3, Instant.parse("9999-12-31T23:59:59Z"));
    run.logParam("p", "x".repeat(6001));
    run.setTag("t", "x".repeat(8001));
    run.setTag("pair", "x".repeat(7996) + "\uD83D\uDE00yyy");
    run.endRun();
    Run read = read(run.id());
    assertThat(read.params().get("p")).hasSize(6000);
    assertThat(read.tags().get("t")).hasSize(8000);
    assertThat(read.tags().get("pair")).hasSize(7999).endsWith("x...");
    assertInvalid(() -> runlake.experiment(""), "experiment");
    assertInvalid(() -> runlake.experiment("e".repeat(501)), "500");
    assertInvalid(() -> runlake.startRun(RunSpec.of("e").withSourceType("PHONE")), "NOTEBOOK");
    assertInvalid(() -> runlake.startRun(RunSpec.named("n")), "experiment");

    Runlake strict = Runlake.over(store, RunlakeOptions.defaults().withTruncateLongValues(false));
    ActiveRun strictRun = strict.startRun("e");
    assertInvalid(() -> strictRun.logParam("p", "x".repeat(6001)), "6001", "6000");
    assertInvalid(() -> strictRun.setTag("t", "x".repeat(8001)), "8001", "8000");
    strictRun.logParam("p", "x".repeat(6000));
    strictRun.endRun();
    strict.close();
  }

  @Test
  void secretsAreNotKept() {
    RunSpec spec =
        RunSpec.of("e").withTag("db.password", "hunter2").withSource("jdbc:x://u:hunter2@h/d");
    ActiveRun run = runlake.startRun(spec);
    run.logParam("api_key", "hunter2");
    run.logParam("url", "https://user:hunter2@host/path");
    run.setTag("note", "password=hunter2");
    run.logInput(
        new DatasetRef(
            "jdbc",
            "jdbc:postgresql://u:hunter2@host/db",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
    run.fail(new IllegalStateException("cannot open https://u:hunter2@host"));
    Run read = read(run.id());
    assertThat(read.params()).containsKeys("api_key", "url");
    assertThat(read.inputs()).hasSize(1);
    assertThat(read.info().statusMessage()).isPresent();
    assertThat(read.toString()).doesNotContain("hunter2");
    assertThat(store.runs().find(run.id()).orElseThrow().toString()).doesNotContain("hunter2");
    runlake.edit(run.id()).logParam("api_key", "another secret looks the same");
  }

  @Test
  void artifactsComeBackAsTheyWere() throws IOException {
    Path folder = Files.createDirectories(this.folder.resolve("source"));
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("a.txt"), "a");
    Files.writeString(folder.resolve("sub/b.txt"), "bb");
    ActiveRun run = runlake.startRun("e");
    run.logArtifact(folder.resolve("a.txt"));
    run.logArtifact(folder.resolve("a.txt"), "x/y");
    run.logArtifacts(folder, "all");
    run.logText("größe", "t.txt");
    assertInvalid(() -> run.logArtifact(folder.resolve("none")), "No such file");
    assertInvalid(() -> run.logArtifacts(folder.resolve("a.txt")), "No such folder");
    assertInvalid(() -> run.logText("x", "../x"), "..");
    run.endRun();
    assertThat(runlake.listArtifacts(run.id(), ""))
        .containsExactlyInAnyOrder(
            new ArtifactFile("a.txt", false, 1),
            new ArtifactFile("all", true, 0),
            new ArtifactFile("t.txt", false, 7),
            new ArtifactFile("x", true, 0));
    assertThat(runlake.listArtifacts(run.id(), "all/sub"))
        .containsExactly(new ArtifactFile("all/sub/b.txt", false, 2));
    try (InputStream in = runlake.openArtifact(run.id(), "t.txt")) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("größe");
    }
    assertThat(refused(() -> runlake.openArtifact(run.id(), "none")).errorCode())
        .isEqualTo(ErrorCode.RESOURCE_DOES_NOT_EXIST);
  }

  @Test
  void anExperimentIsMadeOnceHoweverManyAsk() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<Experiment>> answers = new ArrayList<>();
      CountDownLatch start = new CountDownLatch(1);
      for (int i = 0; i < 640; i++) {
        String name = "exp-" + i % 20;
        Callable<Experiment> ask =
            () -> {
              start.await();
              return runlake.experiment(name);
            };
        answers.add(threads.submit(ask));
      }
      start.countDown();
      Set<ExperimentId> ids = new HashSet<>();
      for (Future<Experiment> answer : answers) {
        ids.add(answer.get().id());
      }
      assertThat(ids).hasSize(20);
      assertThat(store.experiments().history()).hasSize(20);
      assertThat(runlake.experiments()).hasSize(20);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void experimentsAreDeletedRestoredRenamedAndTagged() {
    Experiment experiment = runlake.experiment("e");
    ActiveRun run = runlake.startRun("e");
    run.endRun();
    runlake.deleteExperiment(experiment.id());
    TrackingException exists = refused(() -> runlake.experiment("e"));
    assertThat(exists.errorCode()).isEqualTo(ErrorCode.RESOURCE_ALREADY_EXISTS);
    assertThat(exists).hasMessageContaining("Restore");
    assertInvalid(() -> runlake.startRun(RunSpec.in(experiment.id())), "active");
    assertThat(runlake.experiments()).isEmpty();
    assertThat(runlake.findExperiment("e").orElseThrow().deleted()).isTrue();
    assertThat(runlake.searchRuns(RunQuery.all()).runs()).isEmpty();
    assertThat(read(run.id()).info().deleted()).isTrue();
    assertInvalid(() -> runlake.edit(run.id()).setTag("a", "b"), "active");

    runlake.restoreExperiment(experiment.id());
    assertThat(runlake.searchRuns(RunQuery.all()).runs()).hasSize(1);
    runlake.renameExperiment(experiment.id(), "f");
    runlake.setExperimentTag(experiment.id(), "team", "a");
    runlake.experiment("e");
    assertThat(refused(() -> runlake.renameExperiment(experiment.id(), "e")).errorCode())
        .isEqualTo(ErrorCode.RESOURCE_ALREADY_EXISTS);
    assertThat(runlake.findExperiment(experiment.id()).orElseThrow())
        .satisfies(found -> assertThat(found.name()).isEqualTo("f"))
        .satisfies(found -> assertThat(found.tags()).containsEntry("team", "a"));
    assertThat(
            runlake
                .searchExperiments(
                    SearchQuery.where("tags.team = 'a' AND name LIKE 'f%'"), ViewType.ACTIVE_ONLY)
                .items())
        .extracting(Experiment::name)
        .containsExactly("f");
    assertThat(
            runlake
                .searchExperiments(SearchQuery.all().withOrderBy("name DESC"), ViewType.ALL)
                .items())
        .extracting(Experiment::name)
        .containsExactly("f", "e");
    assertThat(refused(() -> runlake.deleteExperiment(new ExperimentId("none"))).errorCode())
        .isEqualTo(ErrorCode.RESOURCE_DOES_NOT_EXIST);
  }

  @Test
  void searchFiltersOrdersAndPages() {
    for (int i = 0; i < 10; i++) {
      RunSpec spec =
          RunSpec.of(i % 2 == 0 ? "even" : "odd").withStartTime(Instant.ofEpochMilli(1000 + i));
      ActiveRun run = runlake.startRun(spec);
      run.logParam("i", i);
      if (i < 8) {
        run.logMetric("m", i == 7 ? Double.NaN : i % 3);
      }
      run.endRun();
    }
    assertThat(order(RunQuery.all())).containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    assertThat(order(RunQuery.all().withOrderBy("metrics.m")))
        .containsExactly(6, 3, 0, 4, 1, 5, 2, 7, 9, 8);
    assertThat(order(RunQuery.all().withOrderBy("metrics.m DESC", "params.i")))
        .containsExactly(2, 5, 1, 4, 0, 3, 6, 7, 8, 9);
    assertThat(order(RunQuery.ofExperiments("odd").withFilter("metrics.m > 0")))
        .containsExactly(5, 1);
    assertThat(order(RunQuery.all().withFilter("attributes.start_time > 1007")))
        .containsExactly(9, 8);

    RunQuery paged = RunQuery.all().withOrderBy("metrics.m").withMaxResults(4);
    RunPage first = runlake.searchRuns(paged);
    assertThat(numbers(first)).containsExactly(6, 3, 0, 4);
    ActiveRun between = runlake.startRun("even");
    between.logMetric("m", -1);
    between.endRun();
    RunPage second = runlake.searchRuns(paged.withPageToken(first.nextPageToken().orElseThrow()));
    assertThat(numbers(second)).containsExactly(1, 5, 2, 7);
    RunPage third = runlake.searchRuns(paged.withPageToken(second.nextPageToken().orElseThrow()));
    assertThat(numbers(third)).containsExactly(9, 8);
    assertThat(third.nextPageToken()).isEmpty();

    String token = first.nextPageToken().orElseThrow();
    assertThatThrownBy(
            () -> runlake.searchRuns(RunQuery.all().withMaxResults(4).withPageToken(token)))
        .isInstanceOf(FilterException.class)
        .hasMessageContaining("another filter, order or scope");
    for (String broken : List.of("x", "", "!!", token.substring(0, 20), "AAAA" + token)) {
      assertThatThrownBy(() -> runlake.searchRuns(paged.withPageToken(broken)))
          .isInstanceOf(FilterException.class)
          .hasMessageContaining("Invalid page token");
    }
    assertInvalid(() -> runlake.searchRuns(RunQuery.all().withMaxResults(0)), "max_results");
    assertInvalid(() -> runlake.searchRuns(RunQuery.all().withMaxResults(50_001)), "50000");
    assertInvalid(
        () -> runlake.searchRuns(RunQuery.all().withOrderBy("metrics.m", "metric.m DESC")),
        "duplicate");
    assertInvalid(
        () -> runlake.searchRuns(RunQuery.all().withOrderBy("metrics.m DOWN")), "position 11");
    TrackingException unknown = refused(() -> runlake.searchRuns(RunQuery.ofExperiments("evn")));
    assertThat(unknown.errorCode()).isEqualTo(ErrorCode.RESOURCE_DOES_NOT_EXIST);
    assertThat(unknown).hasMessageContaining("did you mean 'even'?");
  }

  private List<Integer> order(RunQuery query) {
    return numbers(runlake.searchRuns(query));
  }

  private static List<Integer> numbers(RunPage page) {
    return page.runs().stream().map(run -> Integer.parseInt(run.params().get("i"))).toList();
  }

  @Test
  void manyThreadsLogIntoOneRun() throws Exception {
    ActiveRun run = runlake.startRun("e");
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      done.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 2000; i++) {
                  run.logMetric("m" + thread, i, i);
                  run.setTag("t" + thread, String.valueOf(i));
                }
              }));
    }
    for (Future<?> one : done) {
      one.get();
    }
    threads.shutdown();
    run.endRun();
    Run read = read(run.id());
    for (int t = 0; t < 8; t++) {
      List<MetricPoint> history = runlake.metricHistory(run.id(), "m" + t);
      assertThat(history).hasSize(2000);
      assertThat(read.metric("m" + t)).contains(1999.0);
      assertThat(read.tags()).containsEntry("t" + t, "1999");
    }
    assertThat(store.counters().accepted()).isLessThan(2000);
  }
}
