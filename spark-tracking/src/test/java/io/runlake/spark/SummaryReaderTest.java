package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.autolog.AutologRules;
import io.runlake.autolog.FittedModelFacts;
import io.runlake.autolog.ModelRecord;
import io.runlake.testkit.TestSpark;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.clustering.BisectingKMeans;
import org.apache.spark.ml.clustering.GaussianMixture;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.clustering.LDA;
import org.apache.spark.ml.clustering.LDAModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.GeneralizedLinearRegression;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.regression.LinearRegressionModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which figures of training summaries are read, and that reading the free ones runs no job. */
class SummaryReaderTest {
  private static Dataset<Row> data;

  @BeforeAll
  static void read() {
    data =
        new VectorAssembler()
            .setInputCols(new String[] {"Temperature", "Light"})
            .setOutputCol("features")
            .transform(TestSpark.occupancy("datatest.txt").limit(400))
            .withColumnRenamed("Occupancy", "label")
            .cache();
    assertThat(data.count()).isEqualTo(400);
  }

  @Test
  void logisticRegression() {
    LogisticRegressionModel model = new LogisticRegression().setMaxIter(5).fit(data);
    ModelRecord record = free(model);
    assertThat(record.metrics())
        .containsOnlyKeys("training_totalIterations")
        .containsEntry("training_totalIterations", (double) model.summary().totalIterations());
    assertThat(record.steppedMetrics()).containsOnlyKeys("objectiveHistory");
    assertThat(record.steppedMetrics().get("objectiveHistory"))
        .hasSize(model.summary().objectiveHistory().length)
        .startsWith(model.summary().objectiveHistory()[0]);
  }

  @Test
  void logisticRegressionWithJobs() {
    LogisticRegressionModel model = new LogisticRegression().setMaxIter(5).fit(data);
    AtomicReference<ModelRecord> record = new AtomicReference<>();
    int jobs =
        JobCount.of(
            TestSpark.session().sparkContext(),
            () ->
                record.set(
                    AutologRules.onModel(
                        FactsReader.model(model, true, TrainingData.of(data, true)))));
    assertThat(jobs).isPositive();
    assertThat(record.get().metrics())
        .containsOnlyKeys(
            "training_totalIterations",
            "training_accuracy",
            "training_f1",
            "training_weightedPrecision",
            "training_weightedRecall",
            "training_weightedFalsePositiveRate",
            "training_areaUnderROC")
        .containsEntry("training_accuracy", model.summary().accuracy())
        .containsEntry("training_areaUnderROC", model.binarySummary().areaUnderROC());
  }

  @Test
  void linearRegression() {
    LinearRegressionModel model = new LinearRegression().setSolver("normal").fit(data);
    assertThat(free(model).metrics())
        .containsEntry("training_rmse", model.summary().rootMeanSquaredError())
        .containsEntry("training_r2", model.summary().r2())
        .containsKeys("training_mse", "training_mae", "training_r2adj");
  }

  @Test
  void clusterings() {
    KMeansModel model = new KMeans().setK(2).setSeed(1).fit(data);
    assertThat(free(model).metrics())
        .containsOnlyKeys("training_numIter", "training_trainingCost")
        .containsEntry("training_trainingCost", model.summary().trainingCost());
    assertThat(free(new BisectingKMeans().setK(2).fit(data)).metrics())
        .containsOnlyKeys("training_numIter", "training_trainingCost");
    assertThat(free(new GaussianMixture().setK(2).setSeed(1).setMaxIter(3).fit(data)).metrics())
        .containsOnlyKeys("training_numIter", "training_logLikelihood");
  }

  @Test
  void theRest() {
    assertThat(free(new LinearSVC().setMaxIter(3).fit(data)).metrics())
        .containsOnlyKeys("training_totalIterations");
    assertThat(
            free(new MultilayerPerceptronClassifier()
                    .setLayers(new int[] {2, 3, 2})
                    .setMaxIter(3)
                    .fit(data))
                .steppedMetrics())
        .containsOnlyKeys("objectiveHistory");
    assertThat(free(new GeneralizedLinearRegression().fit(data)).metrics())
        .containsKey("training_numIterations");
    ModelRecord forest = free(new RandomForestClassifier().setNumTrees(2).fit(data));
    assertThat(forest.metrics()).isEmpty();
    assertThat(forest.steppedMetrics()).isEmpty();
  }

  @Test
  void aPipelineShowsTheSummariesOfItsStages() {
    PipelineModel one = fit(new KMeans().setK(2).setSeed(1));
    assertThat(free(one).metrics()).containsOnlyKeys("training_numIter", "training_trainingCost");

    PipelineModel two =
        fit(
            new KMeans().setK(2).setSeed(1).setPredictionCol("p1"),
            new KMeans().setK(3).setSeed(1).setPredictionCol("p2"),
            new LogisticRegression().setMaxIter(2).setPredictionCol("p3"));
    assertThat(free(two).metrics())
        .containsOnlyKeys(
            "KMeans_1.training_numIter",
            "KMeans_1.training_trainingCost",
            "KMeans_2.training_numIter",
            "KMeans_2.training_trainingCost",
            "training_totalIterations");
  }

  @Test
  void theClassesOfOneVsRestAreToldApart() {
    OneVsRestModel model =
        new OneVsRest().setClassifier(new LogisticRegression().setMaxIter(2)).fit(data);
    assertThat(free(model).metrics())
        .containsOnlyKeys(
            "LogisticRegression_1.training_totalIterations",
            "LogisticRegression_2.training_totalIterations");
  }

  @Test
  void aTopicModelInAPipelineIsMeasuredOnWhatReachesIt() {
    VectorAssembler assembler =
        new VectorAssembler().setInputCols(new String[] {"features"}).setOutputCol("words");
    LDA lda = new LDA().setK(2).setMaxIter(2).setSeed(3).setFeaturesCol("words");
    PipelineModel model = new Pipeline().setStages(new PipelineStage[] {assembler, lda}).fit(data);
    ModelRecord record =
        AutologRules.onModel(FactsReader.model(model, true, TrainingData.of(data, true)));
    LDAModel topics = (LDAModel) model.stages()[1];
    assertThat(record.metrics())
        .containsEntry("training_logPerplexity", topics.logPerplexity(assembler.transform(data)));
  }

  @Test
  void aModelThatWasLoadedOrIsNoneHasNoSummary() {
    LogisticRegressionModel bare =
        new LogisticRegressionModel(
            "lr_1", org.apache.spark.ml.linalg.Vectors.dense(1.0, 2.0), 0.5);
    assertThat(free(bare).metrics()).isEmpty();
    FittedModelFacts none = FactsReader.model("not a model", true, TrainingData.unknown());
    assertThat(none.summary()).isEmpty();
    assertThat(none.className()).isEqualTo("java.lang.String");
  }

  private static PipelineModel fit(Estimator<?>... estimators) {
    return new Pipeline().setStages(estimators.clone()).fit(data);
  }

  private static ModelRecord free(Model<?> model) {
    AtomicReference<FittedModelFacts> facts = new AtomicReference<>();
    int jobs =
        JobCount.of(
            TestSpark.session().sparkContext(),
            () -> facts.set(FactsReader.model(model, false, TrainingData.unknown())));
    assertThat(jobs).as("jobs to read " + model.getClass().getSimpleName()).isZero();
    return AutologRules.onModel(facts.get());
  }
}
