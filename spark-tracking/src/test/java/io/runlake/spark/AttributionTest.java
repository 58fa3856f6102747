package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many fits at once: each fact stands in the run that it belongs to, and in no other. */
@Tag("slow")
class AttributionTest {
  private static final int RUNS = 8;
  private static final String MINE = "mine";

  @TempDir Path temp;

  @AfterEach
  void nothingIsLeft() {
    AutologFixture.settle();
    TrackingTarget.closeAll();
    assertThat(FitTokens.live()).isZero();
    assertThat(Guard.failures()).isZero();
  }

  /** What one thread did in its run. */
  private record Done(RunId id, int number, LogisticRegressionModel model) {}

  @Test
  void eightFitsInEightRunsBesideACrossValidatorWithFourThreads() throws Exception {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    for (int number = 1; number <= RUNS; number++) {
      // Not the first rows alone, whose label is the same, so that nothing would be trained.
      Dataset<Row> mixed = fixture.features.orderBy(expr("row % 7"), col("row"));
      mixed.limit(rows(number)).coalesce(1).write().parquet(part(number));
    }
    Autolog.enable(fixture.spark);
    CyclicBarrier together = new CyclicBarrier(RUNS + 1);
    ExecutorService pool = Executors.newFixedThreadPool(RUNS + 1);
    List<Done> all = new ArrayList<>();
    try (Runlake runlake = Runlake.open(fixture.uri)) {
      List<Future<Done>> fits = new ArrayList<>();
      for (int i = 1; i <= RUNS; i++) {
        int number = i;
        fits.add(pool.submit(() -> fit(runlake, fixture, number, together)));
      }
      CrossValidator tuning = AutologFixture.crossValidator().setParallelism(4).setNumFolds(3);
      Callable<Object> tune =
          () -> {
            together.await();
            return tuning.fit(fixture.features);
          };
      Future<Object> tuned = pool.submit(tune);
      for (Future<Done> fit : fits) {
        all.add(fit.get());
      }
      tuned.get();
    } finally {
      pool.shutdown();
    }
    Map<RunId, Run> runs = new HashMap<>();
    fixture.runs().forEach(run -> runs.put(run.id(), run));
    assertThat(all).hasSize(RUNS);
    double read = 0;
    for (Done done : all) {
      Run run = runs.remove(done.id());
      itsOwnFactsAndNoOthers(fixture, run, done);
      assertThat(run.metric("cost.input_rows").orElseThrow())
          .as("larger data from run to run")
          .isGreaterThan(read)
          .isGreaterThanOrEqualTo(rows(done.number()));
      read = run.metric("cost.input_rows").orElseThrow();
    }
    Run parent =
        runs.values().stream().filter(run -> run.parentId().isEmpty()).findFirst().orElseThrow();
    assertThat(parent.tags()).containsEntry("estimator_name", "CrossValidator");
    assertThat(parent.params()).containsEntry("numFolds", "3").containsEntry("parallelism", "4");
    assertThat(parent.metrics()).doesNotContainKey(MINE);
    assertThat(parent.metrics()).containsKeys("cost.tasks", "cost.cpu_seconds");
    assertThat(parent.inputs())
        .singleElement()
        .satisfies(input -> assertThat(input.name()).endsWith("datatest.txt"));
    runs.remove(parent.id());
    assertThat(runs.values())
        .as("the two maps of the grid")
        .hasSize(2)
        .allSatisfy(
            child -> {
              assertThat(child.parentId()).contains(parent.id());
              assertThat(child.metrics())
                  .containsKeys("avg_areaUnderROC", "cost.tasks")
                  .doesNotContainKey(MINE);
            });
  }

  private static int rows(int number) {
    return 100 + 10 * number;
  }

  private String part(int number) {
    return temp.resolve("part-" + number + "-").toString();
  }

  private Done fit(Runlake runlake, AutologFixture fixture, int number, CyclicBarrier together)
      throws Exception {
    try (ActiveRun run = runlake.startRun("run-" + number)) {
      Dataset<Row> part = fixture.spark.read().parquet(part(number));
      together.await();
      LogisticRegressionModel model =
          AutologFixture.regression()
              .setMaxIter(number)
              .setRegParam(number / 100.0)
              .setTol(0)
              .fit(part);
      run.logMetric(MINE, number);
      run.endRun();
      return new Done(run.id(), number, model);
    }
  }

  private void itsOwnFactsAndNoOthers(AutologFixture fixture, Run run, Done done) {
    assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.parentId()).isEmpty();
    assertThat(run.params())
        .containsEntry("maxIter", Integer.toString(done.number()))
        .containsEntry("regParam", Double.toString(done.number() / 100.0));
    assertThat(run.metric(MINE)).contains((double) done.number());
    assertThat(run.tags()).containsEntry("estimator_name", "LogisticRegression");
    assertThat(run.metrics()).containsKeys("cost.cpu_seconds", "cost.wall_seconds");
    assertThat(run.metric("cost.jobs").orElseThrow()).isGreaterThan(done.number());
    assertThat(run.inputs())
        .singleElement()
        .satisfies(input -> assertThat(input.name()).endsWith(part(done.number())));
    PipelineModel saved =
        Models.load(fixture.spark, "runs:/" + run.id() + "/model", fixture.uri).model();
    assertThat(((LogisticRegressionModel) saved.stages()[0]).coefficients())
        .isEqualTo(done.model().coefficients());
    double[] objectives = done.model().summary().objectiveHistory();
    assertThat(run.metric("training_totalIterations"))
        .contains((double) done.model().summary().totalIterations());
    assertThat(run.metric("objectiveHistory")).contains(objectives[objectives.length - 1]);
    try (Runlake fresh = Runlake.open(fixture.uri)) {
      assertThat(fresh.metricHistory(run.id(), "objectiveHistory")).hasSize(objectives.length);
      assertThat(fresh.metricHistory(run.id(), MINE)).hasSize(1);
    }
  }
}
