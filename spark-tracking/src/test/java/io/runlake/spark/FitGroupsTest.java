package io.runlake.spark;

import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunStatus;
import io.runlake.tracking.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fits as Python makes them: every call comes by itself, from a thread that serves one connection.
 */
@Tag("slow")
class FitGroupsTest {
  @TempDir Path temp;
  private final ExecutorService connection = Executors.newSingleThreadExecutor();
  private final ExecutorService another = Executors.newSingleThreadExecutor();
  private AutologFixture fixture;

  @BeforeEach
  void enable() {
    fixture = new AutologFixture(temp.resolve("store"));
    fixture.spark.conf().set(AutologSetting.MODELS.key(), "false");
    Autolog.enable(fixture.spark);
  }

  @AfterEach
  void nothingIsLeft() {
    connection.shutdown();
    another.shutdown();
    AutologFixture.settle();
    TrackingTarget.closeAll();
    assertThat(Guard.failures()).isZero();
  }

  @Test
  void theStagesOfAPythonPipelineAreOneGroupAndTheNextPipelineIsAnother() throws Exception {
    pipeline(connection, connection, connection);
    call(connection, () -> AutologFixture.regression().fit(fixture.features));
    pipeline(connection, connection, connection);
    List<Run> runs = fixture.runs();
    assertThat(runs).hasSize(7);
    assertThat(runs).allSatisfy(r -> assertThat(r.status()).isEqualTo(RunStatus.FINISHED));
    List<Optional<String>> groups = runs.stream().map(FitGroupsTest::group).toList();
    assertThat(groups.subList(0, 3)).doesNotContain(Optional.empty()).containsOnly(groups.get(0));
    assertThat(groups.get(3)).isEmpty();
    assertThat(groups.subList(4, 7)).doesNotContain(Optional.empty()).containsOnly(groups.get(4));
    assertThat(groups.get(0)).isNotEqualTo(groups.get(4));
    assertThat(runs.get(0).tags()).containsEntry("estimator_name", "LogisticRegression");
  }

  @Test
  void fitsOfSeveralThreadsAreNoGroup() throws Exception {
    pipeline(connection, another, connection);
    assertThat(fixture.runs()).hasSize(3).allSatisfy(run -> assertThat(group(run)).isEmpty());
  }

  @Test
  void aFitBetweenTwoThatBuildOnEachOtherParts() throws Exception {
    StringIndexerModel indexer = call(connection, () -> indexer().fit(fixture.data));
    call(connection, () -> AutologFixture.regression().fit(fixture.features));
    Dataset<Row> indexed = call(connection, () -> indexer.transform(fixture.data));
    call(connection, () -> AutologFixture.pipeline().fit(indexed));
    assertThat(fixture.runs()).hasSize(3).allSatisfy(run -> assertThat(group(run)).isEmpty());
  }

  /** Python makes the folds, fits every map on each from a pool, and then the best on all rows. */
  @Test
  void theFitsOfAPythonCrossValidatorAreOneGroupAndEachHasItsScore() throws Exception {
    LogisticRegression tuned = regression().setLabelCol("Occupancy");
    Dataset<Row> data = fixture.features;
    Dataset<Row> numbered = data.withColumn("fold", rand(7));
    for (int fold = 0; fold < 2; fold++) {
      Dataset<Row> training = numbered.where("fold " + (fold == 0 ? "<" : ">=") + " 0.5").cache();
      Dataset<Row> validation = numbered.where("fold " + (fold == 0 ? ">=" : "<") + " 0.5");
      fitAndEvaluate(connection, tuned, 0.1, training, validation);
      fitAndEvaluate(another, tuned, 0.2, training, validation);
    }
    call(connection, () -> with(tuned, 0.2).fit(data));
    call(connection, () -> regression().setLabelCol("Occupancy").fit(data));
    List<Run> runs = fixture.runs();
    assertThat(runs).hasSize(6);
    String group = runs.get(5).tags().get(SearchGroups.TAG);
    assertThat(group).startsWith(tuned.uid());
    assertThat(runs.subList(1, 6))
        .allSatisfy(run -> assertThat(run.tags()).containsEntry(SearchGroups.TAG, group));
    assertThat(runs.get(0).tags().get(SearchGroups.TAG)).isNotNull().isNotEqualTo(group);
    assertThat(runs.subList(2, 6))
        .allSatisfy(run -> assertThat(run.metrics()).containsKey("areaUnderROC_datatest"));
  }

  private static void fitAndEvaluate(
      ExecutorService thread,
      LogisticRegression tuned,
      double regParam,
      Dataset<Row> training,
      Dataset<Row> validation)
      throws Exception {
    LogisticRegressionModel model = call(thread, () -> with(tuned, regParam).fit(training));
    Dataset<Row> predictions = call(thread, () -> model.transform(validation));
    call(
        thread,
        () -> new BinaryClassificationEvaluator().setLabelCol("Occupancy").evaluate(predictions));
  }

  /** As Python's {@code estimator.copy(params)} does on the side of the JVM. */
  private static LogisticRegression with(LogisticRegression tuned, double regParam) {
    return tuned.copy(ParamMap.empty()).setRegParam(regParam);
  }

  /** An indexer, an assembler, a scaler and a regression, as PySpark's Pipeline fits them. */
  private void pipeline(ExecutorService first, ExecutorService second, ExecutorService third)
      throws Exception {
    StringIndexerModel indexer = call(first, () -> indexer().fit(fixture.data));
    Dataset<Row> indexed = call(first, () -> indexer.transform(fixture.data));
    Dataset<Row> assembled = call(second, () -> assembler().transform(indexed));
    StandardScalerModel scaler = call(second, () -> scaler().fit(assembled));
    Dataset<Row> scaled = call(second, () -> scaler.transform(assembled));
    call(third, () -> regression().fit(scaled));
  }

  private static <T> T call(ExecutorService thread, Callable<T> call) throws Exception {
    return thread.submit(call).get();
  }

  private static Optional<String> group(Run run) {
    return Optional.ofNullable(run.tags().get(FitGroups.TAG));
  }

  private static StringIndexer indexer() {
    return new StringIndexer().setInputCol("Occupancy").setOutputCol("label");
  }

  private static VectorAssembler assembler() {
    return new VectorAssembler()
        .setInputCols(new String[] {"Temperature", "Light"})
        .setOutputCol("raw");
  }

  private static StandardScaler scaler() {
    return new StandardScaler().setInputCol("raw").setOutputCol("features");
  }

  private static LogisticRegression regression() {
    return new LogisticRegression().setMaxIter(2);
  }
}
