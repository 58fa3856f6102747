package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
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
