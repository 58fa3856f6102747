package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.autolog.FitCost;
import io.runlake.autolog.TuningRules;
import io.runlake.flavor.LoadOptions;
import io.runlake.flavor.SparkModels;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import thirdparty.ConstantEstimator;
import thirdparty.ConstantEstimator.ConstantEvaluator;
import thirdparty.WaitingEstimator;

/** Searches over param maps on real Spark and a real store. */
@Tag("slow")
class TuningTest {
  private static final String INDEX = TuningRules.INDEX;

  @TempDir Path temp;
  private AutologFixture fixture;

  @BeforeEach
  void enable() {
    fixture = new AutologFixture(temp.resolve("store"));
    fixture.spark.conf().set(AutologSetting.MODELS.key(), "false");
    Autolog.enable(fixture.spark);
  }

  @AfterEach
  void nothingIsLeft() {
    AutologFixture.settle();
    TrackingTarget.closeAll();
    assertThat(FitTokens.live()).isZero();
    assertThat(fixture.spark.sparkContext().getLocalProperty(SparkProperties.FIT_TOKEN)).isNull();
    assertThat(Guard.failures()).isZero();
  }

  @Test
  void everyParamMapOfACrossValidationIsAChildWithItsFolds() throws Exception {
    fixture.spark.conf().set(AutologSetting.MODELS.key(), "true");
    CrossValidator search = AutologFixture.crossValidator().setNumFolds(3).setParallelism(1);
    CrossValidatorModel model = search.fit(fixture.features);
    List<Run> runs = fixture.runs();
    Run parent = parent(runs);
    List<Run> children = children(runs);
    assertThat(children).hasSize(2);
    assertThat(parent.status()).isEqualTo(RunStatus.FINISHED);
    int best = model.avgMetrics()[0] >= model.avgMetrics()[1] ? 0 : 1;
    for (int i = 0; i < 2; i++) {
      Run child = children.get(i);
      assertThat(child.parentId()).contains(parent.id());
      assertThat(child.experimentId()).isEqualTo(parent.experimentId());
      assertThat(child.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(child.params())
          .containsEntry("maxIter", "5")
          .containsEntry("regParam", regParam(search.getEstimatorParamMaps()[i]));
      assertThat(child.metric("avg_areaUnderROC")).contains(model.avgMetrics()[i]);
      assertThat(child.tags().containsKey(TuningRules.BEST)).isEqualTo(i == best);
      assertThat(child.info().startTime().orElseThrow())
          .isAfterOrEqualTo(parent.info().startTime().orElseThrow());
      assertThat(child.info().endTime().orElseThrow())
          .isAfter(child.info().startTime().orElseThrow())
          .isBeforeOrEqualTo(parent.info().endTime().orElseThrow());
      foldsAre(child, 3, model.avgMetrics()[i]);
    }
    assertThat(children.get(1).info().startTime().orElseThrow())
        .as("the second map begins when the first has its first fold behind it")
        .isAfter(children.get(0).info().startTime().orElseThrow());
    assertThat(parent.params())
        .containsEntry("best_LogisticRegression.regParam", regParam(model, best));
    assertThat(parent.metric("best_areaUnderROC")).contains(model.avgMetrics()[best]);
    savedTwice(parent, model);
    costsAddUp(parent, children);
  }

  /** The parent does more than its trials: it makes folds, and fits the best map once more. */
  private static void costsAddUp(Run parent, List<Run> children) {
    double ofTrials = 0;
    for (Run child : children) {
      assertThat(child.metric("cost.tasks").orElseThrow()).isPositive();
      assertThat(child.metric("cost.wall_seconds").orElseThrow()).isPositive();
      assertThat(child.tags()).doesNotContainKey(RunFacts.COST_COMPLETE);
      ofTrials += child.metric("cost.tasks").orElseThrow();
    }
    assertThat(parent.metric("cost.tasks").orElseThrow()).isGreaterThan(ofTrials);
    assertThat(parent.tags()).doesNotContainKey(RunFacts.COST_COMPLETE);
  }

  private static Set<String> results(Run child) {
    return child.metrics().keySet().stream()
        .filter(key -> !key.startsWith("cost."))
        .collect(Collectors.toSet());
  }

  @Test
  void theCostOfATrialIsItsOwnAlsoWhereTrialsRunAtOnce() {
    LogisticRegression regression = AutologFixture.regression().setTol(0);
    AutologFixture.crossValidator()
        .setEstimator(regression)
        .setEstimatorParamMaps(
            new ParamGridBuilder().addGrid(regression.maxIter(), new int[] {1, 12}).build())
        .setParallelism(2)
        .fit(fixture.features);
    List<Run> runs = fixture.runs();
    List<Run> children = children(runs);
    assertThat(children).hasSize(2);
    costsAddUp(parent(runs), children);
    assertThat(children.get(1).metric("cost.jobs").orElseThrow())
        .as("two folds with eleven iterations more, each at least a job")
        .isGreaterThanOrEqualTo(children.get(0).metric("cost.jobs").orElseThrow() + 22);
  }

  @Test
  void twoSearchesInOnePipelineAreToldApart() throws Exception {
    ConstantEstimator first = new ConstantEstimator();
    ConstantEstimator second = new ConstantEstimator();
    PipelineModel model =
        new Pipeline()
            .setStages(new PipelineStage[] {search(first, 1, 2), search(second, 5, 4, 3)})
            .fit(fixture.data);
    List<Run> runs = fixture.runs();
    Run parent = parent(runs);
    assertThat(runs).hasSize(6);
    assertThat(parent.params())
        .containsEntry("best_ConstantEstimator_1.value", "2.0")
        .containsKey("best_ConstantEstimator_2.value");
    assertThat(parent.metrics())
        .containsKeys(
            "best_CrossValidator_1.ConstantEvaluator", "best_CrossValidator_2.ConstantEvaluator");
    assertThat(artifact(parent, "CrossValidator_2/search_results.csv").lines()).hasSize(4);
    assertThat(children(runs))
        .extracting(run -> run.tags().get(TuningRules.SEARCH) + " " + run.tags().get(INDEX))
        .containsExactlyInAnyOrder(
            "CrossValidator_1 0",
            "CrossValidator_1 1",
            "CrossValidator_2 0",
            "CrossValidator_2 1",
            "CrossValidator_2 2");
    CrossValidatorModel search = (CrossValidatorModel) model.stages()[1];
    assertThat(Autolog.runOf(search.bestModel())).contains(parent.id());
    new ConstantEvaluator().evaluate(search.bestModel().transform(fixture.data));
    assertThat(fixture.runs()).hasSize(6);
    assertThat(parent(fixture.runs()).metrics()).containsKey("ConstantEvaluator_datatest");
  }

  private void foldsAre(Run child, int folds, double mean) {
    try (Runlake fresh = Runlake.open(fixture.uri)) {
      List<MetricPoint> points = fresh.metricHistory(child.id(), "areaUnderROC");
      assertThat(points.stream().map(point -> point.value().step()))
          .containsExactly(0L, 1L, 2L)
          .hasSize(folds);
      double[] values = points.stream().mapToDouble(point -> point.value().value()).toArray();
      double sum = 0;
      double squares = 0;
      for (double value : values) {
        sum += value;
        squares += (value - mean) * (value - mean);
      }
      assertThat(sum / folds).isEqualTo(mean, within(1e-12));
      assertThat(child.metric("std_areaUnderROC").orElseThrow())
          .isEqualTo(Math.sqrt(squares / folds), within(1e-12));
    }
  }

  private void savedTwice(Run parent, CrossValidatorModel model) throws IOException {
    var loaded =
        SparkModels.load(
            fixture.spark, parent.info().artifactUri() + "/best_model", LoadOptions.defaults());
    PipelineModel best = loaded.model();
    assertThat(((LogisticRegressionModel) best.stages()[0]).coefficients())
        .isEqualTo(((LogisticRegressionModel) model.bestModel()).coefficients());
    assertThat(parent.tags().get(ModelHistory.TAG)).contains("\"best_model\"", "\"model\"");
    assertThat(artifact(parent, "search_results.csv").lines().toList())
        .hasSize(3)
        .first()
        .isEqualTo("params,avg_areaUnderROC,std_areaUnderROC,param.LogisticRegression.regParam");
    assertThat(artifact(parent, "best_parameters.json")).contains("LogisticRegression.regParam");
  }

  @Test
  void namesAreThoseThatMlflowWrote() throws Exception {
    LogisticRegression regression = new LogisticRegression().setLabelCol("Occupancy").setMaxIter(2);
    new CrossValidator()
        .setEstimator(
            new Pipeline().setStages(new PipelineStage[] {AutologFixture.assembler(), regression}))
        .setEstimatorParamMaps(
            new ParamGridBuilder()
                .addGrid(regression.regParam(), new double[] {0.0, 0.1})
                .addGrid(regression.elasticNetParam(), new double[] {0.0, 0.5})
                .build())
        .setEvaluator(
            new MulticlassClassificationEvaluator()
                .setLabelCol("Occupancy")
                .setMetricName("accuracy"))
        .setNumFolds(3)
        .setParallelism(2)
        .setSeed(7)
        .fit(fixture.data);
    List<Run> runs = fixture.runs();
    JsonNode theirs = sample("crossvalidator").get(0);
    JsonNode theirChild = theirs.get("children").get(0);
    assertThat(parent(runs).params().keySet()).isEqualTo(keys(theirs.get("params")));
    assertThat(children(runs)).hasSize(4);
    for (Run child : children(runs)) {
      assertThat(child.params().keySet()).isEqualTo(keys(theirChild.get("params")));
      assertThat(results(child))
          .containsAll(keys(theirChild.get("metrics")))
          .hasSize(3)
          .contains("accuracy");
      assertThat(child.tags().keySet()).containsAll(keys(theirChild.get("tags")));
      assertThat(child.tags()).containsEntry("estimator_class", "pyspark.ml.pipeline.Pipeline");
    }
    assertThat(
            children(runs).stream()
                .map(
                    run ->
                        run.params().get("LogisticRegression.regParam")
                            + " "
                            + run.params().get("LogisticRegression.elasticNetParam")))
        .containsExactlyInAnyOrder("0.0 0.0", "0.0 0.5", "0.1 0.0", "0.1 0.5");
  }

  @Test
  void aTrainValidationSplitHasOneScoreForEachMap() throws Exception {
    LogisticRegression regression = AutologFixture.regression();
    TrainValidationSplit search =
        new TrainValidationSplit()
            .setEstimator(regression)
            .setEvaluator(areaUnderRoc())
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(regression.regParam(), new double[] {0.01, 0.1})
                    .build())
            .setSeed(3);
    TrainValidationSplitModel model = search.fit(fixture.features);
    List<Run> children = children(fixture.runs());
    assertThat(children).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(results(children.get(i))).containsExactly("areaUnderROC");
      assertThat(children.get(i).metric("areaUnderROC")).contains(model.validationMetrics()[i]);
    }
    assertThat(artifact(parent(fixture.runs()), "search_results.csv"))
        .startsWith("params,areaUnderROC,param.LogisticRegression.regParam\n");
  }

  @Test
  void aSearchInsideAPipelineHasItsChildrenBelowThePipelinesRun() {
    new Pipeline()
        .setStages(
            new PipelineStage[] {AutologFixture.assembler(), AutologFixture.crossValidator()})
        .fit(fixture.data);
    List<Run> runs = fixture.runs();
    Run parent = parent(runs);
    assertThat(parent.tags()).containsEntry("estimator_name", "Pipeline");
    assertThat(parent.params()).containsKey("best_LogisticRegression.regParam");
    assertThat(parent.metrics()).containsKey("best_areaUnderROC");
    assertThat(children(runs))
        .hasSize(2)
        .allSatisfy(
            child -> {
              assertThat(child.parentId()).contains(parent.id());
              assertThat(results(child))
                  .containsExactlyInAnyOrder(
                      "areaUnderROC", "avg_areaUnderROC", "std_areaUnderROC");
            });
  }

  @Test
  void withoutWeavingTheModelSaysWhatEveryMapCameTo() {
    Autolog.disable(fixture.spark);
    FitDispatcher.replaceHook(null);
    fixture.spark.conf().set(AutologSetting.ENABLED.key(), "true");
    CrossValidatorModel model = Autolog.fit(AutologFixture.crossValidator(), fixture.features);
    List<Run> runs = fixture.runs();
    Run parent = parent(runs);
    List<Run> children = children(runs);
    assertThat(children).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(children.get(i).metrics()).containsOnlyKeys("avg_areaUnderROC");
      assertThat(children.get(i).metric("avg_areaUnderROC")).contains(model.avgMetrics()[i]);
      assertThat(children.get(i).info().startTime().orElseThrow())
          .isAfterOrEqualTo(parent.info().startTime().orElseThrow());
    }
    assertThat(parent.params()).containsKey("best_LogisticRegression.regParam");
  }

  @Test
  void aGridOfTwoHundredGoesToTheStoreInAFewCommits() throws Exception {
    ConstantEstimator constant = new ConstantEstimator();
    double[] values = new double[200];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    search(constant, values).setNumFolds(2).setParallelism(4).fit(fixture.data);
    List<Run> children = children(fixture.runs());
    assertThat(children).hasSize(200);
    assertThat(children)
        .allSatisfy(
            child -> {
              double value = Double.parseDouble(child.params().get("value"));
              assertThat(child.metric("avg_ConstantEvaluator")).contains(value);
              assertThat(child.metric("std_ConstantEvaluator")).contains(0.0);
              assertThat(child.metric("ConstantEvaluator")).contains(value);
              assertThat(child.info().endTime().orElseThrow())
                  .isAfterOrEqualTo(child.info().startTime().orElseThrow());
            });
    assertThat(children.stream().map(child -> child.params().get("value")).distinct()).hasSize(200);
    assertThat(parent(fixture.runs()).metric("best_ConstantEvaluator")).contains(199.0);
    assertThat(commits()).as("of 200 children and what they log").isLessThan(100);
  }

  @Test
  void aMapThatFailsIsAFailedChildAndWhatItDidNotStopIsKept() throws Exception {
    ConstantEstimator constant = new ConstantEstimator();
    Throwable seen =
        catchThrowable(() -> search(constant, 1, -1, 2).setNumFolds(2).fit(fixture.data));
    assertThat(seen).hasRootCauseMessage("no constant: -1.0");
    List<Run> runs = fixture.runs();
    assertThat(parent(runs).status()).isEqualTo(RunStatus.FAILED);
    List<Run> children = children(runs);
    Run failed =
        children.stream().filter(r -> r.status() == RunStatus.FAILED).findFirst().orElseThrow();
    assertThat(failed.params()).containsEntry("value", "-1.0");
    assertThat(failed.info().statusMessage().orElseThrow()).contains("no constant: -1.0");
    assertThat(children)
        .filteredOn(run -> run != failed)
        .isNotEmpty()
        .allSatisfy(run -> assertThat(run.status()).isEqualTo(RunStatus.KILLED));
  }

  /** Spark's other threads go through what is left of the grid when one of them has thrown. */
  @Test
  void whatASearchThatThrewLeavesBehindIsNotLogged() throws Exception {
    WaitingEstimator waiting = new WaitingEstimator();
    ConstantEstimator second = new ConstantEstimator();
    second.set(second.value(), 7.0);
    CountDownLatch judged = new CountDownLatch(5);
    ConstantEvaluator evaluator =
        new ConstantEvaluator() {
          @Override
          public double evaluate(Dataset<?> data) {
            judged.countDown();
            return super.evaluate(data);
          }
        };
    WaitingEstimator.mayGoOn = new CountDownLatch(1);
    CrossValidator search =
        new CrossValidator()
            .setEstimator(new Pipeline().setStages(new PipelineStage[] {waiting, second}))
            .setEvaluator(evaluator)
            .setEstimatorParamMaps(
                new ParamGridBuilder()
                    .addGrid(waiting.value(), new double[] {-1, 1, 2, 3, 4, 5})
                    .build())
            .setParallelism(2);
    assertThat(catchThrowable(() -> search.fit(fixture.data)))
        .hasRootCauseMessage("no constant: -1.0");
    WaitingEstimator.mayGoOn.countDown();
    assertThat(judged.await(60, TimeUnit.SECONDS)).isTrue();
    awaitNoLiveFit();
    List<Run> runs = fixture.runs();
    assertThat(parent(runs).tags()).containsEntry("estimator_name", "CrossValidator");
    assertThat(children(runs))
        .as("what was begun when the search threw, on two threads")
        .hasSizeBetween(1, 3)
        .hasSize(runs.size() - 1);
  }

  private static void awaitNoLiveFit() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (FitTokens.live() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatComesLateOfASearchIsLoggedAlsoIfTheUsersRunHasEnded() {
    CompletableFuture<FitCost> cost = new CompletableFuture<>();
    ActiveRun users;
    try (Runlake runlake = Runlake.open(fixture.uri)) {
      users = runlake.startRun("mine");
      AutologSettings settings = Fits.settings(fixture.spark, true);
      new UserFitRun(users, Map.of(), TrackingTarget.of(fixture.spark, settings))
          .end(FitRun.FitEnd.nothing(), cost);
      users.endRun();
    }
    assertThat(OwnFitRun.settled()).isFalse();
    cost.complete(new FitCost(1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 1, 1, 4, 0, true, 0));
    assertThat(fixture.onlyRun().metric("cost.tasks")).contains(4.0);
  }

  @Test
  void theChildrenOfASearchInAUsersRunAreBelowItAlsoIfItEndsAtOnce() {
    ActiveRun users;
    try (Runlake runlake = Runlake.open(fixture.uri)) {
      users = runlake.startRun("mine");
      search(new ConstantEstimator(), 1, 2, 3).setNumFolds(2).fit(fixture.data);
      users.endRun();
    }
    List<Run> runs = fixture.runs();
    assertThat(children(runs))
        .hasSize(3)
        .allSatisfy(
            child -> {
              assertThat(child.parentId()).contains(users.id());
              assertThat(child.status()).isEqualTo(RunStatus.FINISHED);
            });
    assertThat(parent(runs).params()).containsEntry("best_ConstantEstimator.value", "3.0");
  }

  private static CrossValidator search(ConstantEstimator constant, double... values) {
    return new CrossValidator()
        .setEstimator(constant)
        .setEvaluator(new ConstantEvaluator())
        .setEstimatorParamMaps(new ParamGridBuilder().addGrid(constant.value(), values).build());
  }

  private static BinaryClassificationEvaluator areaUnderRoc() {
    return new BinaryClassificationEvaluator().setLabelCol("Occupancy");
  }

  private static String regParam(ParamMap map) {
    return String.valueOf(map.toList().get(0).value());
  }

  private static String regParam(CrossValidatorModel model, int index) {
    return regParam(model.getEstimatorParamMaps()[index]);
  }

  private static Run parent(List<Run> runs) {
    return runs.stream().filter(run -> run.parentId().isEmpty()).findFirst().orElseThrow();
  }

  /** In the order of the param maps. */
  private static List<Run> children(List<Run> runs) {
    List<Run> children = new ArrayList<>();
    runs.stream().filter(run -> run.parentId().isPresent()).forEach(children::add);
    children.sort(Comparator.comparing(run -> Integer.valueOf(run.tags().get(INDEX))));
    return children;
  }

  private String artifact(Run run, String path) throws IOException {
    try (Runlake runlake = Runlake.open(fixture.uri);
        InputStream in = runlake.openArtifact(run.id(), path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private long commits() throws IOException {
    try (Stream<Path> log = Files.list(temp.resolve("store/runs/_delta_log"))) {
      return log.filter(file -> file.getFileName().toString().matches("\\d{20}\\.json")).count();
    }
  }

  private static JsonNode sample(String name) throws IOException {
    try (InputStream in =
        TuningTest.class.getResourceAsStream("/mlflow-autolog/" + name + ".json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  private static Set<String> keys(JsonNode object) {
    return object.properties().stream().map(entry -> entry.getKey()).collect(Collectors.toSet());
  }
}
