package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.runlake.flavor.LoadOptions;
import io.runlake.flavor.SparkModels;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.Tags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import thirdparty.MeanEstimator;

/** Fits of programs that do not know Runlake, on real Spark and a real store. */
@Tag("slow")
class AutologTest {
  @TempDir Path temp;
  private AutologFixture fixture;
  private SparkContext context;

  @BeforeEach
  void enable() {
    fixture = new AutologFixture(temp.resolve("store"));
    context = fixture.spark.sparkContext();
    Autolog.enable(fixture.spark);
  }

  @AfterEach
  void nothingIsLeft() {
    AutologFixture.settle();
    TrackingTarget.closeAll();
    assertThat(FitTokens.live()).isZero();
    assertThat(context.getLocalProperty(SparkProperties.FIT_TOKEN)).isNull();
    assertThat(context.getLocalProperty(SparkProperties.RUN_ID)).isNull();
    assertThat(context.getLocalProperty(SparkProperties.OWN_WORK)).isNull();
    assertThat(Guard.failures()).isZero();
  }

  @Test
  void aBareEstimatorIsOneWholeRun() throws Exception {
    LogisticRegressionModel model = AutologFixture.regression().fit(fixture.features);
    Run run = fixture.onlyRun();
    assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.params()).containsEntry("maxIter", "5").containsEntry("regParam", "0.01");
    assertThat(run.tags())
        .containsEntry("estimator_name", "LogisticRegression")
        .containsEntry("mlflow.autologging", "runlake.spark.ml")
        .containsEntry(Tags.SPARK_APP_ID, context.applicationId())
        .containsEntry(SparkTags.VERSION, context.version())
        .containsKey(ModelHistory.TAG);
    assertThat(run.metric("training_totalIterations"))
        .contains((double) model.summary().totalIterations());
    assertThat(run.metrics())
        .containsKeys("cost.wall_seconds", "cost.executor_seconds", "cost.tasks");
    assertThat(run.metric("cost.jobs").orElseThrow()).isPositive();
    assertThat(run.inputs()).hasSize(1);
    assertThat(run.inputs().get(0).kind()).isEqualTo("csv");
    try (Runlake fresh = Runlake.open(fixture.uri)) {
      assertThat(
              fresh.metricHistory(run.id(), "objectiveHistory").stream()
                  .map(point -> point.value().value()))
          .containsExactlyElementsOf(boxed(model.summary().objectiveHistory()));
      assertThat(fresh.findExperiment(fixture.experiment)).isPresent();
    }
    var loaded =
        SparkModels.load(
            fixture.spark, run.info().artifactUri() + "/model", LoadOptions.defaults());
    PipelineModel saved = loaded.model();
    assertThat(((LogisticRegressionModel) saved.stages()[0]).coefficients())
        .isEqualTo(model.coefficients());
    assertThat(loaded.signature()).isPresent();
  }

  @Test
  void aPipelineIsOneRunWithTheSignatureOfItsRawColumns() {
    AutologFixture.pipeline().fit(fixture.data);
    Run run = fixture.onlyRun();
    assertThat(run.params()).containsEntry("LogisticRegression.maxIter", "5");
    var loaded =
        SparkModels.load(
            fixture.spark, run.info().artifactUri() + "/model", LoadOptions.defaults());
    assertThat(loaded.signature().orElseThrow().inputs().stream().map(c -> c.name().orElse("")))
        .containsExactly("Temperature", "Light", "CO2");
  }

  @Test
  void aCrossValidatorWithTwoThreadsIsOneRunAndAChildForEachMap() {
    AutologFixture.crossValidator().fit(fixture.features);
    List<Run> runs = fixture.runs();
    assertThat(runs).hasSize(3);
    Run run = runs.stream().filter(r -> r.parentId().isEmpty()).findFirst().orElseThrow();
    assertThat(run.tags()).containsEntry("estimator_name", "CrossValidator");
    assertThat(run.metric("cost.jobs").orElseThrow()).isGreaterThan(10);
  }

  @Test
  void fitsInAPoolAreOneRunEach() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Object>> fits = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        fits.add(() -> AutologFixture.regression().fit(fixture.features));
      }
      for (Future<Object> fit : pool.invokeAll(fits)) {
        fit.get();
      }
    } finally {
      pool.shutdown();
    }
    assertThat(fixture.runs())
        .hasSize(8)
        .allSatisfy(
            run -> {
              assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
              assertThat(run.tags()).containsKey(ModelHistory.TAG);
              assertThat(run.parentId()).isEmpty();
            });
  }

  @Test
  void theFirstFitInAUsersRunLogsThereAndTheSecondIntoAChild() {
    try (Runlake runlake = Runlake.open(fixture.uri);
        ActiveRun users = runlake.startRun("mine")) {
      assertThat(context.getLocalProperty(SparkProperties.RUN_ID)).isEqualTo(users.id().value());
      AutologFixture.regression().fit(fixture.features);
      AutologFixture.regression().setMaxIter(3).fit(fixture.features);
      users.logMetric("after", 1);
      AutologFixture.settle();
      users.endRun();
      List<Run> runs = fixture.runs();
      assertThat(runs).hasSize(2);
      Run mine = runs.stream().filter(r -> r.id().equals(users.id())).findFirst().orElseThrow();
      Run child = runs.stream().filter(r -> !r.id().equals(users.id())).findFirst().orElseThrow();
      assertThat(mine.params()).containsEntry("maxIter", "5");
      assertThat(mine.metrics()).containsKeys("after", "cost.jobs", "training_totalIterations");
      assertThat(mine.tags()).containsKey(ModelHistory.TAG);
      assertThat(child.params()).containsEntry("maxIter", "3");
      assertThat(child.parentId()).contains(users.id());
      assertThat(child.experimentId()).isEqualTo(mine.experimentId());
      assertThat(child.status()).isEqualTo(RunStatus.FINISHED);
    }
  }

  @Test
  void poolThreadsThatAUsersRunMadeFitIntoItsChildrenAndAfterItsEndNoMore() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (Runlake runlake = Runlake.open(fixture.uri)) {
      ActiveRun users = runlake.startRun("mine");
      Callable<Object> fit = () -> AutologFixture.regression().fit(fixture.features);
      for (Future<Object> done : pool.invokeAll(List.of(fit, fit))) {
        done.get();
      }
      AutologFixture.settle();
      users.endRun();
      pool.submit(fit).get();
      List<Run> runs = fixture.runs();
      assertThat(runs).hasSize(3);
      assertThat(runs.get(0).parentId()).isEmpty();
      assertThat(runs.get(0).id()).isNotEqualTo(users.id());
      assertThat(runs.stream().filter(r -> r.parentId().isPresent()))
          .singleElement()
          .satisfies(child -> assertThat(child.parentId()).contains(users.id()));
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void anEstimatorOfSomeoneElseWithAPipelineInsideIsOneRun() {
    new MeanEstimator("theirs", AutologFixture.assembler(), AutologFixture.regression())
        .fit(fixture.data);
    Run run = fixture.onlyRun();
    assertThat(run.tags()).containsEntry("estimator_name", "MeanEstimator");
    assertThat(run.tags()).containsKey(ModelHistory.TAG);
  }

  @Test
  void aFitThatThrowsIsAFailedRunAndTheUserGetsHisException() {
    Pipeline broken =
        new Pipeline()
            .setStages(
                new PipelineStage[] {AutologFixture.regression().setFeaturesCol("no such column")});
    Throwable seen = catchThrowable(() -> broken.fit(fixture.data));
    assertThat(seen).isInstanceOf(IllegalArgumentException.class);
    Run run = fixture.onlyRun();
    assertThat(run.status()).isEqualTo(RunStatus.FAILED);
    assertThat(run.info().statusMessage().orElseThrow()).contains("no such column");
    assertThat(run.tags()).doesNotContainKey(ModelHistory.TAG);
  }

  @Test
  void disabledMeansNothingIsLoggedAndOtherSessionsAreApart() {
    Autolog.disable(fixture.spark);
    AutologFixture.regression().fit(fixture.features);
    AutologFixture other = new AutologFixture(temp.resolve("other"));
    AutologFixture.regression().fit(other.features);
    AutologFixture.settle();
    assertThat(temp.resolve("store")).doesNotExist();
    assertThat(temp.resolve("other")).doesNotExist();
  }

  @Test
  void withoutModelsNoSparkJobOfOursRuns() {
    fixture.spark.conf().set(AutologSetting.MODELS.key(), "false");
    Dataset<Row> cached = fixture.features.cache();
    cached.count();
    int with = JobCount.of(context, () -> AutologFixture.regression().fit(cached));
    Autolog.disable(fixture.spark);
    int without = JobCount.of(context, () -> AutologFixture.regression().fit(cached));
    assertThat(without).isPositive();
    assertThat(with).isEqualTo(without);
    assertThat(fixture.onlyRun().tags()).doesNotContainKey(ModelHistory.TAG);
    cached.unpersist();
  }

  @Test
  void theCostLeavesTheModelsSaveOut() {
    Dataset<Row> cached = fixture.features.cache();
    cached.count();
    AutologFixture.regression().fit(cached);
    Run logged = fixture.onlyRun();
    Autolog.disable(fixture.spark);
    int jobs = JobCount.of(context, () -> AutologFixture.regression().fit(cached));
    assertThat(logged.metric("cost.jobs")).contains((double) jobs);
    assertThat(logged.tags()).containsKey(ModelHistory.TAG);
    cached.unpersist();
  }

  @Test
  void theJobsOfTheSaveAndNoOthersAreMarkedAsOurs() {
    Dataset<Row> cached = fixture.features.cache();
    cached.count();
    AtomicInteger marked = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            if ("true".equals(job.properties().getProperty(SparkProperties.OWN_WORK))) {
              marked.incrementAndGet();
            }
          }
        };
    context.addSparkListener(listener);
    int with = JobCount.of(context, () -> AutologFixture.regression().fit(cached));
    Autolog.disable(fixture.spark);
    int without = JobCount.of(context, () -> AutologFixture.regression().fit(cached));
    context.removeSparkListener(listener);
    assertThat(marked.get()).isPositive().isEqualTo(with - without);
    cached.unpersist();
  }

  @Test
  void wrappersInsideWovenFitsDoNotLogTwice() {
    new Pipeline()
        .setStages(
            new PipelineStage[] {
              AutologFixture.assembler(), new TrackedEstimator<>(AutologFixture.regression())
            })
        .fit(fixture.data);
    assertThat(fixture.onlyRun().params()).containsEntry("LogisticRegression.maxIter", "5");
    Autolog.fit(AutologFixture.regression(), fixture.features);
    assertThat(fixture.runs()).hasSize(2);
  }

  @Test
  void aModelIsLoggedToAUsersRun() {
    Autolog.disable(fixture.spark);
    LogisticRegressionModel model = AutologFixture.regression().fit(fixture.features);
    try (Runlake runlake = Runlake.open(fixture.uri);
        ActiveRun users = runlake.startRun("mine")) {
      Models.log(users, model, "model", fixture.features);
      Models.log(users, model, "again", fixture.features);
      users.endRun();
      assertThat(runlake.getRun(users.id()).orElseThrow().tags().get(ModelHistory.TAG))
          .contains("\"artifact_path\"")
          .contains("again")
          .startsWith("[")
          .endsWith("]");
      assertThat(runlake.listArtifacts(users.id(), "model")).isNotEmpty();
    }
  }

  private static List<Double> boxed(double[] values) {
    List<Double> list = new ArrayList<>();
    for (double value : values) {
      list.add(value);
    }
    return list;
  }
}
