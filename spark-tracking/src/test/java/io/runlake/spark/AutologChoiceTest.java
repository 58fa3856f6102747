package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.registry.ModelVersion;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that say which fits are logged, on real Spark and a real store. */
@Tag("slow")
class AutologChoiceTest {
  @TempDir Path temp;
  private AutologFixture fixture;

  @BeforeEach
  void enable() {
    fixture = new AutologFixture(temp.resolve("store"));
    set(AutologSetting.MODELS, "false");
    Autolog.enable(fixture.spark);
  }

  @AfterEach
  void nothingIsLeft() {
    AutologFixture.settle();
    TrackingTarget.closeAll();
    assertThat(FitTokens.live()).isZero();
    assertThat(Guard.failures()).isZero();
  }

  @Test
  void whatIsFittedInsideAnEstimatorThatIsLeftOutIsLookedAtByItself() {
    set(AutologSetting.ESTIMATORS_OUT, "Pipeline, *.feature.*");
    AutologFixture.pipeline().fit(fixture.data);
    assertThat(fixture.onlyRun().tags()).containsEntry("estimator_name", "LogisticRegression");
    set(AutologSetting.ESTIMATORS, "KMeans");
    AutologFixture.pipeline().fit(fixture.data);
    Autolog.fit(AutologFixture.regression(), fixture.features);
    assertThat(fixture.runs()).hasSize(1);
  }

  @Test
  void tagsGoOnOurRunsAndTheChildrenOfSearchesButNotOnTheUsersRun() {
    set(AutologSetting.TAGS, "team=ml");
    AutologFixture.crossValidator().fit(fixture.features);
    assertThat(fixture.runs())
        .hasSize(3)
        .allSatisfy(run -> assertThat(run.tags()).containsEntry("team", "ml"));
    Run mine = fitInAUsersRun();
    assertThat(mine.params()).containsEntry("maxIter", "5");
    assertThat(mine.tags()).doesNotContainKey("team");
  }

  @Test
  void exclusiveLeavesTheUsersRunAlone() {
    set(AutologSetting.EXCLUSIVE, "true");
    assertThat(fitInAUsersRun().params()).isEmpty();
    assertThat(fixture.runs()).hasSize(1);
    AutologFixture.regression().fit(fixture.features);
    assertThat(fixture.runs()).hasSize(2);
  }

  @Test
  void exclusiveIsAboutEvaluationsOfWhatIsNotLoggedToo() {
    Dataset<Row> logged = AutologFixture.pipeline().fit(fixture.data).transform(fixture.data);
    set(AutologSetting.EXCLUSIVE, "true");
    BinaryClassificationEvaluator evaluator =
        new BinaryClassificationEvaluator().setLabelCol("Occupancy");
    Run mine;
    try (Runlake runlake = Runlake.open(fixture.uri);
        ActiveRun users = runlake.startRun("mine")) {
      Dataset<Row> predictions =
          AutologFixture.pipeline().fit(fixture.data).transform(fixture.data);
      evaluator.evaluate(predictions);
      evaluator.evaluate(logged);
      Autolog.evaluate(evaluator, predictions, "asked for");
      users.endRun();
      mine = runlake.getRun(users.id()).orElseThrow();
    }
    assertThat(mine.metrics()).containsOnlyKeys("asked for");
    assertThat(fixture.runs())
        .hasSize(2)
        .anySatisfy(run -> assertThat(run.metrics()).containsKey("areaUnderROC_datatest"));
  }

  @Test
  void withoutEvaluationsOnlyThoseThatAreAskedForAreLogged() {
    set(AutologSetting.EVALUATIONS, "false");
    Dataset<Row> predictions = AutologFixture.pipeline().fit(fixture.data).transform(fixture.data);
    BinaryClassificationEvaluator evaluator =
        new BinaryClassificationEvaluator().setLabelCol("Occupancy");
    evaluator.evaluate(predictions);
    assertThat(fixture.onlyRun().metrics()).doesNotContainKey("areaUnderROC_datatest");
    Autolog.evaluate(evaluator, predictions);
    assertThat(fixture.onlyRun().metrics()).containsKey("areaUnderROC_datatest");
  }

  @Test
  void anInputExampleCostsOneJobAndOnlyWhenAskedFor() throws Exception {
    set(AutologSetting.MODELS, "true");
    var context = fixture.spark.sparkContext();
    AutologFixture.pipeline().fit(fixture.data);
    int without = JobCount.of(context, () -> AutologFixture.pipeline().fit(fixture.data));
    assertThatThrownBy(
            () -> Autolog.enable(fixture.spark, Map.of(AutologSetting.EXAMPLES, "sometimes")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("examples=sometimes is neither");
    assertThat(fixture.spark.conf().contains(AutologSetting.EXAMPLES.key())).isFalse();
    Autolog.enable(fixture.spark, Map.of(AutologSetting.EXAMPLES, "true"));
    int with = JobCount.of(context, () -> AutologFixture.pipeline().fit(fixture.data));
    assertThat(with).isEqualTo(without + 1);
    List<Run> runs = fixture.runs();
    assertThat(runs).hasSize(3);
    assertThat(folder(runs.get(1))).doesNotContain("input_example.json");
    Path model = Path.of(URI.create(runs.get(0).info().artifactUri() + "/model"));
    assertThat(Files.readString(model.resolve("MLmodel")))
        .contains("saved_input_example_info", "serving_input_path: serving_input_example.json");
    JsonNode example = new ObjectMapper().readTree(model.resolve("input_example.json").toFile());
    assertThat(example.get("columns").toString()).isEqualTo("[\"Temperature\",\"Light\",\"CO2\"]");
    List<Row> first = fixture.data.select("Temperature", "Light", "CO2").limit(5).collectAsList();
    assertThat(example.get("data")).hasSize(5);
    for (int i = 0; i < 5; i++) {
      assertThat(example.get("data").get(i).get(1).asDouble()).isEqualTo(first.get(i).getDouble(1));
    }
  }

  private static List<String> folder(Run run) throws IOException {
    try (var files = Files.list(Path.of(URI.create(run.info().artifactUri() + "/model")))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aModelBecomesTheNextVersionOfTheRegisteredModelAndASearchOnlyItsBest() {
    set(AutologSetting.MODELS, "true");
    set(AutologSetting.REGISTERED_MODEL, "occupancy");
    fitInAUsersRun();
    CrossValidatorModel search = AutologFixture.crossValidator().fit(fixture.features);
    RunId searched = Autolog.runOf(search).orElseThrow();
    assertThat(Autolog.runOf(search.bestModel())).contains(searched);
    set(AutologSetting.REGISTERED_MODEL, "no/name");
    RunId refused = Autolog.runOf(AutologFixture.regression().fit(fixture.features)).orElseThrow();
    AutologFixture.settle();
    try (Runlake runlake = Runlake.open(fixture.uri)) {
      List<ModelVersion> versions = runlake.registry().versions("occupancy");
      assertThat(versions).extracting(ModelVersion::version).containsExactly(2, 1);
      assertThat(versions.get(0).runId()).contains(searched);
      assertThat(versions.get(0).source()).endsWith("/best_model");
      assertThat(versions.get(1).source()).endsWith("/model");
      assertThat(runlake.registry().models()).hasSize(1);
      Run run = runlake.getRun(refused).orElseThrow();
      assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(run.tags().get(Registration.ERROR)).contains("no/name");
    }
    assertThat(Models.load(fixture.spark, "models:/occupancy/2", fixture.uri).model()).isNotNull();
  }

  @Test
  void silentKeepsComplaintsAboutSettingsOutOfTheLog() {
    String wrong = "spark.runlake.autolog." + UUID.randomUUID();
    try (Complaints log = new Complaints()) {
      AutologSettings.read(Map.of(wrong, "1", AutologSetting.SILENT.key(), "true"), true);
      assertThat(log.lines()).isEmpty();
      AutologSettings.read(Map.of(wrong, "1"), true);
      assertThat(log.lines()).singleElement().asString().contains(wrong);
    }
  }

  private void set(AutologSetting setting, String value) {
    fixture.spark.conf().set(setting.key(), value);
  }

  private Run fitInAUsersRun() {
    try (Runlake runlake = Runlake.open(fixture.uri);
        ActiveRun users = runlake.startRun("mine")) {
      AutologFixture.regression().fit(fixture.features);
      users.endRun();
      return runlake.getRun(users.id()).orElseThrow();
    }
  }
}
