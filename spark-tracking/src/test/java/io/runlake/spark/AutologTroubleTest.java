package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.autolog.FitRecord;
import io.runlake.store.RunStatus;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import thirdparty.ConstantEstimator;
import thirdparty.ConstantEstimator.ConstantEvaluator;
import thirdparty.StubbornEstimator;

/** Autologging where something of ours fails or is forbidden. */
@Tag("slow")
class AutologTroubleTest {
  @TempDir Path temp;

  @BeforeEach
  void cleanSlate() {
    Guard.reset();
  }

  @AfterEach
  void settle() {
    AutologFixture.settle();
    TrackingTarget.closeAll();
    Guard.reset();
  }

  @Test
  void aStoreThatCannotBeMadeLeavesFitsAloneAndIsGivenUp() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "no directory");
    AutologFixture fixture = new AutologFixture(file.resolve("store"));
    LogisticRegressionModel plain = AutologFixture.regression().fit(fixture.features);
    Autolog.enable(fixture.spark);
    for (int i = 0; i < 4; i++) {
      LogisticRegressionModel model = AutologFixture.regression().fit(fixture.features);
      assertThat(model.coefficients()).isEqualTo(plain.coefficients());
      assertThat(model.intercept()).isEqualTo(plain.intercept());
      AutologFixture.settle();
    }
    assertThat(Guard.off()).isTrue();
    assertThat(Guard.failures()).isEqualTo(3);
    assertThat(file).hasContent("no directory");
  }

  @Test
  void aSaveBeyondItsBudgetIsAbandonedAndWritesNoMlmodelLater() throws Exception {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    Autolog.enable(fixture.spark);
    StubbornEstimator.mayEnd = new CountDownLatch(1);
    fixture.spark.conf().set(AutologSetting.SAVE_TIMEOUT.key(), "3s");
    // The first run of a store may take long to start, which would be another reason.
    try (Runlake first = Runlake.open(fixture.uri)) {
      first.startRun("e").endRun();
    }
    new StubbornEstimator().fit(fixture.features);
    Run run = ended(fixture);
    assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.tags()).doesNotContainKey(ModelHistory.TAG);
    assertThat(run.tags().get(RunFacts.MODEL_ERROR)).contains("3.0 s");
    Thread helper = helper();
    StubbornEstimator.mayEnd.countDown();
    helper.join(60_000);
    assertThat(helper.isAlive()).isFalse();
    try (Runlake fresh = Runlake.open(fixture.uri)) {
      assertThat(fresh.listArtifacts(run.id(), "model"))
          .extracting(found -> found.path().toString())
          .noneMatch(path -> path.endsWith("MLmodel"));
    }
  }

  /** The newest run, when it has ended. */
  private static Run ended(AutologFixture fixture) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Run run = fixture.runsSoFar().get(0);
    while (run.status() == RunStatus.RUNNING && System.nanoTime() - deadline < 0) {
      run = fixture.runsSoFar().get(0);
    }
    return run;
  }

  @Test
  void theSameSaveWithinItsBudgetIsAModel() {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    Autolog.enable(fixture.spark);
    StubbornEstimator.mayEnd = new CountDownLatch(0);
    new StubbornEstimator().fit(fixture.features);
    assertThat(fixture.onlyRun().tags())
        .containsKey(ModelHistory.TAG)
        .doesNotContainKey(RunFacts.MODEL_ERROR);
  }

  @Test
  void withoutWeavingTheWrapperLogs() {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    Autolog.fit(AutologFixture.regression(), fixture.features);
    new Pipeline()
        .setStages(
            new PipelineStage[] {
              AutologFixture.assembler(), new TrackedEstimator<>(AutologFixture.regression())
            })
        .fit(fixture.data);
    new TrackedEstimator<>(AutologFixture.crossValidator()).fit(fixture.features);
    assertThat(fixture.runs())
        .filteredOn(run -> run.parentId().isEmpty())
        .extracting(run -> run.tags().get("estimator_name"))
        .containsExactlyInAnyOrder("LogisticRegression", "LogisticRegression", "CrossValidator");
  }

  @Test
  void whoAsksForTheRunsWaitsForAnEndThatIsLate() {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    AutologSettings settings = Fits.settings(fixture.spark, true);
    OwnFitRun run = Fits.ownRun(fixture.spark, settings).orElseThrow();
    run.begin(new FitRecord(Map.of(), Map.of(), Map.of()), List.of());
    CountDownLatch slow = new CountDownLatch(1);
    Callable<Object> end =
        () -> {
          slow.await();
          run.end(FitRun.FitEnd.nothing(), CompletableFuture.failedFuture(new TimeoutException()));
          return null;
        };
    assertThatThrownBy(() -> new TimeBudget(Duration.ofMillis(1)).call(end))
        .isInstanceOf(TimeoutException.class);
    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(slow::countDown);
    assertThat(OwnFitRun.awaitSettled(Duration.ofSeconds(60))).isTrue();
    assertThat(fixture.runsSoFar())
        .singleElement()
        .satisfies(known -> assertThat(known.status()).isEqualTo(RunStatus.FINISHED));
  }

  @Test
  void aTrackedPipelineIsSavedAsWhatItHolds() throws Exception {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    TrackedEstimator<?> tracked = new TrackedEstimator<>(AutologFixture.regression());
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {tracked});
    String path = temp.resolve("pipeline").toString();
    pipeline.write().session(fixture.spark).save(path);
    PipelineStage read = Pipeline.load(path).getStages()[0];
    assertThat(read.uid()).isEqualTo(tracked.uid());
    assertThat(read.getClass()).isEqualTo(tracked.inner().getClass());
  }

  @Test
  void whereWeavingIsForbiddenEventsTellOfPipelinesWithoutTheirModels() throws Exception {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    try (EventsAlone events = new EventsAlone(fixture.spark)) {
      events.hear(
          () ->
              new Pipeline()
                  .setStages(new PipelineStage[] {AutologFixture.pipeline()})
                  .fit(fixture.data));
    }
    Run run = fixture.onlyRun();
    assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.params()).containsEntry("LogisticRegression.maxIter", "5");
    assertThat(run.tags()).containsKey(RunFacts.MODEL_ERROR).doesNotContainKey(ModelHistory.TAG);
    assertThat(run.metrics()).doesNotContainKey("cost.jobs");
  }

  @Test
  void whatTheWrapperLogsIsNotLoggedOnceMoreFromEvents() throws Exception {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    ConstantEstimator constant = new ConstantEstimator();
    Pipeline tuned = new Pipeline().setStages(new PipelineStage[] {constant});
    Pipeline pipeline = AutologFixture.pipeline();
    try (EventsAlone events = new EventsAlone(fixture.spark)) {
      events.hear(
          () -> {
            PipelineModel model = Autolog.fit(pipeline, fixture.data);
            assertThat(Autolog.runOf(model)).contains(fixture.onlyRun().id());
          });
      assertThat(fixture.onlyRun().tags())
          .containsKey(ModelHistory.TAG)
          .doesNotContainKey(RunFacts.MODEL_ERROR);
      events.hear(() -> Autolog.fit(search(tuned, constant), fixture.data));
      assertThat(fixture.runs()).as("the search and its two maps").hasSize(1 + 3);
      events.hear(() -> pipeline.fit(fixture.data));
      assertThat(fixture.runs()).as("a fit that nobody wraps").hasSize(1 + 3 + 1);
      assertThat(fixture.runs().get(0).tags()).containsKey(RunFacts.MODEL_ERROR);
    }
  }

  /**
   * Spark sends events about pipelines and their stages alone, and not about what a search does.
   */
  @Test
  void whereWeavingIsForbiddenASearchIsKnownByItsModelInAPipelineAndElseByThePipelinesItFits()
      throws Exception {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    ConstantEstimator constant = new ConstantEstimator();
    Pipeline tuned = new Pipeline().setStages(new PipelineStage[] {constant});
    try (EventsAlone events = new EventsAlone(fixture.spark)) {
      events.hear(
          () ->
              new Pipeline()
                  .setStages(new PipelineStage[] {search(tuned, constant)})
                  .fit(fixture.data));
      List<Run> runs = fixture.runs();
      assertThat(runs).hasSize(3);
      assertThat(runs.stream().filter(run -> run.parentId().isPresent()))
          .hasSize(2)
          .allSatisfy(
              child -> assertThat(child.metrics()).containsOnlyKeys("avg_ConstantEvaluator"));

      events.hear(() -> search(tuned, constant).fit(fixture.data));
      List<Run> fits = fixture.runs().subList(0, 5);
      assertThat(fixture.runs()).hasSize(3 + 5);
      assertThat(fits)
          .allSatisfy(run -> assertThat(run.tags()).containsEntry("estimator_name", "Pipeline"));
      assertThat(fits.stream().map(run -> run.tags().get(SearchGroups.TAG)).distinct())
          .as("a group for each of two folds, and the fit on all rows")
          .hasSize(3);

      events.hear(() -> search(constant, constant).fit(fixture.data));
      assertThat(fixture.runs()).hasSize(3 + 5);
    }
  }

  /** Autologging where weaving is forbidden. */
  private static final class EventsAlone implements AutoCloseable {
    private final SparkContext context;
    private final PipelineEvents events = new PipelineEvents();

    EventsAlone(SparkSession spark) throws Exception {
      context = spark.sparkContext();
      Weaver.install((estimator, data) -> probe(estimator));
      spark.conf().set(AutologSetting.ENABLED.key(), "true");
      context.addSparkListener(events);
    }

    /** Does work and waits until its events were heard. */
    void hear(Runnable work) {
      JobCount.of(context, work);
    }

    @Override
    public void close() {
      context.removeSparkListener(events);
    }
  }

  private static CrossValidator search(Estimator<?> estimator, ConstantEstimator constant) {
    return new CrossValidator()
        .setEstimator(estimator)
        .setEvaluator(new ConstantEvaluator())
        .setEstimatorParamMaps(
            new ParamGridBuilder().addGrid(constant.value(), new double[] {1, 2}).build())
        .setNumFolds(2);
  }

  private static java.util.function.BiConsumer<Object, Throwable> probe(Object estimator) {
    if (estimator instanceof WeavingProbe probe) {
      probe.reached();
    }
    return null;
  }

  private static Thread helper() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("runlake-model-save"))
        .findFirst()
        .orElseThrow();
  }
}
