package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluations of programs that do not know Runlake, on real Spark and a real store. */
@Tag("slow")
class EvaluationsTest {
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
    assertThat(Guard.failures()).isZero();
  }

  @Test
  void anEvaluationGoesIntoTheRunOfTheModelThatMadeTheData() throws Exception {
    Dataset<Row> other = fixture.data.filter("Light > 0");
    PipelineModel model = AutologFixture.pipeline().fit(fixture.data);
    Dataset<Row> predictions = model.transform(fixture.data);
    double first = areaUnderRoc().evaluate(predictions);
    areaUnderRoc().evaluate(predictions.filter("Temperature > 0").select("*"));
    double others = areaUnderRoc().evaluate(model.transform(other));
    double f1 = f1().evaluate(model.transform(fixture.data, new ParamMap()));
    f1().evaluate(predictions, new ParamMap());
    Run run = fixture.onlyRun();
    assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(run.metrics().keySet().stream().filter(key -> key.contains("datatest")))
        .containsExactlyInAnyOrder(
            "areaUnderROC_datatest",
            "areaUnderROC-2_datatest",
            "areaUnderROC-3_datatest-2",
            "f1_datatest",
            "f1-2_datatest");
    assertThat(run.metric("areaUnderROC_datatest")).contains(first);
    assertThat(run.metric("areaUnderROC-3_datatest-2")).contains(others);
    assertThat(run.metric("f1_datatest")).contains(f1);
  }

  @Test
  void theFileOfEvaluatorsIsAsMlflowWritesIt() throws Exception {
    Dataset<Row> predictions = AutologFixture.pipeline().fit(fixture.data).transform(fixture.data);
    areaUnderRoc().evaluate(predictions);
    f1().evaluate(predictions);
    Run run = fixture.onlyRun();
    ObjectMapper mapper = new ObjectMapper();
    try (Runlake runlake = Runlake.open(fixture.uri);
        InputStream ours = runlake.openArtifact(run.id(), "metric_info.json");
        InputStream theirs =
            getClass().getResourceAsStream("/mlflow-autolog/pipeline.metric_info.json")) {
      JsonNode info = mapper.readTree(ours);
      ObjectNode expected = (ObjectNode) mapper.readTree(theirs);
      assertThat(expected.size()).isEqualTo(2);
      for (String metric : List.of("areaUnderROC", "f1")) {
        ObjectNode evaluator = (ObjectNode) expected.get(metric + "_unknown_dataset");
        ((ObjectNode) evaluator.get("params")).put("labelCol", "Occupancy");
        assertThat(info.get(metric + "_datatest")).isEqualTo(evaluator);
      }
      assertThat(info.size()).isEqualTo(2);
    }
  }

  @Test
  void theUsersRunGetsWhatOneOfItsFitsMadeAlsoAfterItsEnd() {
    ActiveRun users;
    Dataset<Row> predictions;
    double meanwhile;
    try (Runlake runlake = Runlake.open(fixture.uri)) {
      users = runlake.startRun("mine");
      predictions = AutologFixture.pipeline().fit(fixture.data).transform(fixture.data);
      meanwhile = areaUnderRoc().evaluate(predictions);
      users.endRun();
      areaUnderRoc().evaluate(predictions);
      AutologFixture.settle();
    }
    areaUnderRoc().evaluate(predictions);
    Run run = fixture.onlyRun();
    assertThat(run.id()).isEqualTo(users.id());
    assertThat(run.metric("areaUnderROC_datatest")).contains(meanwhile);
    assertThat(run.metric("areaUnderROC-2_datatest")).contains(meanwhile);
    assertThat(run.metric("areaUnderROC-3_datatest")).contains(meanwhile);
  }

  @Test
  void dataOfAModelThatNobodyKnowsGoesToTheUsersRunOrToARunOfItsOwn() {
    Dataset<Row> predictions = unknownPredictions();
    double value = areaUnderRoc().evaluate(predictions);
    Run own = fixture.onlyRun();
    assertThat(own.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(own.metric("areaUnderROC_datatest")).contains(value);
    assertThat(own.tags())
        .containsEntry("evaluator_class", BinaryClassificationEvaluator.class.getName());
    assertThat(own.inputs()).hasSize(1);
    try (Runlake runlake = Runlake.open(fixture.uri);
        ActiveRun users = runlake.startRun("mine")) {
      areaUnderRoc().evaluate(predictions);
      users.endRun();
      assertThat(runlake.getRun(users.id()).orElseThrow().metric("areaUnderROC_datatest"))
          .contains(value);
    }
    assertThat(fixture.runs()).hasSize(2);
  }

  @Test
  void anEvaluationThatIsAskedForIsLoggedOnceAndUnderTheGivenName() {
    Dataset<Row> predictions = AutologFixture.pipeline().fit(fixture.data).transform(fixture.data);
    double value = Autolog.evaluate(areaUnderRoc(), predictions, "auc of the holdout");
    assertThat(Autolog.evaluate(areaUnderRoc(), predictions)).isEqualTo(value);
    Run run = fixture.onlyRun();
    assertThat(run.metric("auc of the holdout")).contains(value);
    assertThat(run.metric("areaUnderROC_datatest")).contains(value);
    assertThat(run.metrics()).doesNotContainKey("areaUnderROC-2_datatest");
  }

  @Test
  void withoutWeavingAnEvaluationThatIsAskedForIsLogged() {
    FitDispatcher.replaceHook(null);
    Dataset<Row> predictions =
        Autolog.fit(AutologFixture.regression(), fixture.features).transform(fixture.features);
    double value = Autolog.evaluate(areaUnderRoc(), predictions);
    assertThat(fixture.runs())
        .hasSize(2)
        .anySatisfy(run -> assertThat(run.metric("areaUnderROC_datatest")).contains(value));
  }

  @Test
  void anEvaluationInsideAFitIsNoMetricOfItsOwn() {
    AutologFixture.crossValidator().fit(fixture.features);
    assertThat(fixture.runs())
        .allSatisfy(
            run ->
                assertThat(run.metrics().keySet())
                    .noneMatch(key -> key.startsWith("areaUnderROC_")));
  }

  @Test
  void theBatchesOfAStreamAreOneSeriesAndOneInput() throws Exception {
    PipelineModel model = AutologFixture.pipeline().fit(fixture.data);
    String folder = temp.resolve("stream").toString();
    fixture.data.repartition(3).write().parquet(folder);
    StreamingQuery query =
        fixture
            .spark
            .readStream()
            .schema(fixture.data.schema())
            .option("maxFilesPerTrigger", "1")
            .parquet(folder)
            .writeStream()
            .trigger(Trigger.AvailableNow())
            .foreachBatch(
                (Dataset<Row> batch, Long id) -> {
                  areaUnderRoc().evaluate(model.transform(batch));
                  areaUnderRoc().evaluate(model.transform(batch.filter("Temperature > 0")));
                })
            .start();
    query.awaitTermination();
    Run run = fixture.onlyRun();
    List<String> keys =
        run.metrics().keySet().stream().filter(key -> key.contains("_unknown_dataset")).toList();
    assertThat(keys)
        .containsExactlyInAnyOrder(
            "areaUnderROC_unknown_dataset", "areaUnderROC-2_unknown_dataset");
    try (Runlake runlake = Runlake.open(fixture.uri)) {
      assertThat(runlake.metricHistory(run.id(), keys.get(0)))
          .extracting(point -> point.value().step())
          .containsExactly(0L, 1L, 2L);
    }
    assertThat(run.inputs().stream().filter(input -> input.kind().equals("stream")))
        .singleElement()
        .satisfies(input -> assertThat(input.name()).isEqualTo(query.id().toString()));
  }

  @Test
  void whatAnEvaluatorThrowsComesThroughAndIsNoRun() {
    Evaluator broken = new BinaryClassificationEvaluator().setLabelCol("no such column");
    Throwable seen = catchThrowable(() -> broken.evaluate(unknownPredictions()));
    assertThat(seen).isInstanceOf(IllegalArgumentException.class);
    assertThat(areaUnderRoc().evaluate(unknownPredictions())).isPositive();
    assertThat(fixture.onlyRun().metrics()).hasSize(1);
  }

  @Test
  void neitherTransformNorEvaluateRunsAJobOfOurs() {
    Dataset<Row> cached = fixture.features.cache();
    cached.count();
    LogisticRegressionModel model = AutologFixture.regression().fit(cached);
    Runnable work = () -> areaUnderRoc().evaluate(model.transform(cached));
    int with = JobCount.of(fixture.spark.sparkContext(), work);
    Autolog.disable(fixture.spark);
    int without = JobCount.of(fixture.spark.sparkContext(), work);
    assertThat(without).isPositive();
    assertThat(with).isEqualTo(without);
    assertThat(fixture.onlyRun().metrics()).containsKey("areaUnderROC_datatest");
    cached.unpersist();
  }

  private Dataset<Row> unknownPredictions() {
    Autolog.disable(fixture.spark);
    Dataset<Row> predictions = AutologFixture.pipeline().fit(fixture.data).transform(fixture.data);
    fixture.spark.conf().set(AutologSetting.ENABLED.key(), "true");
    return predictions;
  }

  private static BinaryClassificationEvaluator areaUnderRoc() {
    return new BinaryClassificationEvaluator().setLabelCol("Occupancy");
  }

  private static MulticlassClassificationEvaluator f1() {
    return new MulticlassClassificationEvaluator().setLabelCol("Occupancy");
  }
}
