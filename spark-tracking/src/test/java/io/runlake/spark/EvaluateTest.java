package io.runlake.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.runlake.evaluate.Baseline;
import io.runlake.evaluate.CalibrationBin;
import io.runlake.evaluate.ClassMetrics;
import io.runlake.evaluate.ClassifierEvaluation;
import io.runlake.evaluate.ClusteringEvaluation;
import io.runlake.evaluate.MetricThreshold;
import io.runlake.evaluate.RegressorEvaluation;
import io.runlake.evaluate.ScoreBins;
import io.runlake.evaluate.Thresholds;
import io.runlake.registry.RegisterOptions;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.LinearSVC;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.ClusteringEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every figure against Spark's own evaluators, on real predictions. */
@Tag("slow")
class EvaluateTest {
  private static final double EQUAL = 1e-9;

  @TempDir Path temp;
  private static Dataset<Row> data;
  private static Dataset<Row> binary;
  private static Dataset<Row> three;

  @BeforeAll
  static void predict() {
    data =
        new VectorAssembler()
            .setInputCols(new String[] {"Temperature", "CO2"})
            .setOutputCol("features")
            .transform(TestSpark.occupancy("datatest.txt"))
            .withColumn("label", col("Occupancy").cast("double"))
            .withColumn(
                "three",
                when(col("Temperature").gt(21.5), 2.0)
                    .when(col("CO2").gt(lit(700).plus(pmod(col("row"), lit(90)))), 1.0)
                    .otherwise(0.0))
            .cache();
    binary =
        new LogisticRegression()
            .setMaxIter(4)
            .fit(data.where("row % 2 = 0"))
            .transform(data)
            .cache();
    three =
        new RandomForestClassifier()
            .setLabelCol("three")
            .setNumTrees(5)
            .setMaxDepth(3)
            .setSeed(2)
            .fit(data.where("row % 2 = 0"))
            .transform(data)
            .cache();
    assertThat(binary.count()).isEqualTo(2665);
  }

  private static double spark(Dataset<Row> predictions, String label, String metric) {
    return new MulticlassClassificationEvaluator()
        .setLabelCol(label)
        .setMetricName(metric)
        .evaluate(predictions);
  }

  private static double spark(Dataset<Row> predictions, String label, String metric, double of) {
    return new MulticlassClassificationEvaluator()
        .setLabelCol(label)
        .setMetricName(metric)
        .setMetricLabel(of)
        .evaluate(predictions);
  }

  @Test
  void twoClassesAsSparkHasThem() {
    ClassifierEvaluation evaluation = Evaluate.classifier(binary);
    Map<String, Double> metrics = evaluation.metrics();
    assertThat(metrics.get("example_count")).isEqualTo(2665);
    assertThat(evaluation.skipped()).isZero();
    near(metrics, "accuracy_score", spark(binary, "label", "accuracy"));
    near(metrics, "log_loss", spark(binary, "label", "logLoss"));
    near(metrics, "f1_weighted", spark(binary, "label", "f1"));
    near(metrics, "precision_weighted", spark(binary, "label", "weightedPrecision"));
    near(metrics, "recall_weighted", spark(binary, "label", "weightedRecall"));
    near(metrics, "precision_score", spark(binary, "label", "precisionByLabel", 1));
    near(metrics, "recall_score", spark(binary, "label", "recallByLabel", 1));
    near(metrics, "f1_score", spark(binary, "label", "fMeasureByLabel", 1));
    assertThat(metrics.get("true_positives"))
        .isEqualTo(binary.where("label = 1 AND prediction = 1").count());
    assertThat(metrics.get("false_positives"))
        .isEqualTo(binary.where("label = 0 AND prediction = 1").count());
    assertThat(metrics.get("true_positives")).isPositive();
    assertThat(metrics.get("false_positives")).isPositive();
  }

  @Test
  void areasAreWithinTheErrorThatIsStated() {
    Map<String, Double> metrics = Evaluate.classifier(binary).metrics();
    BinaryClassificationEvaluator exact = new BinaryClassificationEvaluator().setNumBins(0);
    double roc = exact.setMetricName("areaUnderROC").evaluate(binary);
    double pr = exact.setMetricName("areaUnderPR").evaluate(binary);
    assertThat(metrics.get("roc_auc_bin_error")).isPositive().isLessThan(0.005);
    assertThat(metrics.get("roc_auc"))
        .isCloseTo(roc, within(metrics.get("roc_auc_bin_error") + EQUAL));
    assertThat(metrics.get("precision_recall_auc_bin_error")).isPositive().isLessThan(0.05);
    assertThat(metrics.get("precision_recall_auc"))
        .isCloseTo(pr, within(metrics.get("precision_recall_auc_bin_error") + EQUAL));
  }

  /** A forest of five trees has few scores, so that no bin holds two of them. */
  @Test
  void areasAreExactWhereEachScoreHasItsBin() {
    Dataset<Row> forest =
        new RandomForestClassifier()
            .setNumTrees(2)
            .setMaxDepth(2)
            .setSeed(1)
            .fit(data)
            .transform(data)
            .cache();
    double exact = new BinaryClassificationEvaluator().setNumBins(0).evaluate(forest);
    assertThat(Evaluate.classifier(forest).metrics().get("roc_auc"))
        .isCloseTo(exact, within(EQUAL));
  }

  @Test
  void threeClassesAsSparkHasThem() {
    EvaluateOptions options = EvaluateOptions.defaults().withLabelCol("three");
    ClassifierEvaluation evaluation = Evaluate.classifier(three, options);
    Map<String, Double> metrics = evaluation.metrics();
    near(metrics, "accuracy_score", spark(three, "three", "accuracy"));
    near(metrics, "log_loss", spark(three, "three", "logLoss"));
    near(metrics, "f1_score", spark(three, "three", "f1"));
    near(metrics, "precision_score", spark(three, "three", "weightedPrecision"));
    assertThat(metrics).doesNotContainKey("true_positives").containsKey("roc_auc");
    assertThat(evaluation.perClass())
        .extracting(ClassMetrics::label)
        .containsExactly("0", "1", "2");
    for (int label = 0; label < 3; label++) {
      ClassMetrics one = evaluation.perClass().get(label);
      assertThat(one.support()).isEqualTo(three.where("three = " + label).count()).isPositive();
      assertThat(one.recall())
          .isCloseTo(spark(three, "three", "recallByLabel", label), within(EQUAL));
      ScoreBins bins = one.scores().orElseThrow();
      Dataset<Row> against =
          three
              .withColumn("is", when(col("three").equalTo(label), 1.0).otherwise(0.0))
              .withColumn(
                  "score",
                  org.apache
                      .spark
                      .ml
                      .functions
                      .vector_to_array(col("probability"), "float64")
                      .getItem(label));
      double exact =
          new BinaryClassificationEvaluator()
              .setNumBins(0)
              .setLabelCol("is")
              .setRawPredictionCol("score")
              .evaluate(against);
      assertThat(bins.rocAuc()).isCloseTo(exact, within(bins.rocAucError() + EQUAL));
    }
  }

  @Test
  void calibrationIsExact() {
    List<CalibrationBin> bins = Evaluate.classifier(binary).calibration();
    Dataset<Row> scored =
        binary.withColumn(
            "s",
            org.apache
                .spark
                .ml
                .functions
                .vector_to_array(col("probability"), "float64")
                .getItem(1));
    assertThat(bins).hasSizeGreaterThan(4);
    assertThat(bins.stream().mapToLong(CalibrationBin::examples).sum()).isEqualTo(2665);
    for (CalibrationBin bin : bins) {
      Row row =
          scored
              .where("floor(s * 10) = " + Math.round(bin.from() * 10))
              .selectExpr("count(*)", "avg(s)", "avg(label)")
              .head();
      assertThat(bin.label()).isEqualTo("1");
      assertThat(bin.examples()).isEqualTo(row.getLong(0));
      assertThat(bin.meanPredicted()).isCloseTo(row.getDouble(1), within(EQUAL));
      assertThat(bin.observed()).isCloseTo(row.getDouble(2), within(EQUAL));
    }
  }

  @Test
  void rawScoresGiveAreasAndNoProbabilities() {
    Dataset<Row> margins = new LinearSVC().setMaxIter(4).fit(data).transform(data).cache();
    ClassifierEvaluation evaluation = Evaluate.classifier(margins);
    double exact = new BinaryClassificationEvaluator().setNumBins(0).evaluate(margins);
    assertThat(evaluation.metrics()).doesNotContainKeys("log_loss", "brier_score_loss");
    assertThat(evaluation.calibration()).isEmpty();
    assertThat(evaluation.metrics().get("roc_auc"))
        .isCloseTo(exact, within(evaluation.metrics().get("roc_auc_bin_error") + EQUAL));
    assertThat(Evaluate.classifier(margins.drop("rawPrediction")).metrics())
        .containsKey("accuracy_score")
        .doesNotContainKey("roc_auc");
  }

  @Test
  void eachRowIsReadOnceAndNoneIsLeftOut() {
    LongAccumulator read = TestSpark.session().sparkContext().longAccumulator();
    UDF1<Double, Double> counted =
        label -> {
          read.add(1);
          return label;
        };
    Dataset<Row> watched =
        binary.withColumn(
            "label", udf(counted, DataTypes.DoubleType).asNondeterministic().apply(col("label")));
    Evaluate.classifier(watched);
    assertThat(read.value()).isEqualTo(2665);
    read.reset();
    Evaluate.regressor(watched);
    assertThat(read.value()).isEqualTo(2665);
  }

  @Test
  void rowsThatCannotBeJudgedAreCountedApart() {
    Dataset<Row> holes =
        binary.withColumn(
            "label",
            when(pmod(col("row"), lit(10)).equalTo(0), lit(null).cast("double"))
                .when(pmod(col("row"), lit(10)).equalTo(1), Double.NaN)
                .otherwise(col("label")));
    ClassifierEvaluation evaluation = Evaluate.classifier(holes);
    long known = binary.where("row % 10 > 1").count();
    assertThat(evaluation.metrics().get("example_count")).isEqualTo(known).isPositive();
    assertThat(evaluation.skipped()).isEqualTo(2665 - known);
    assertThat(Evaluate.regressor(holes).skipped()).isEqualTo(2665 - known);
    ClassifierEvaluation none = Evaluate.classifier(binary.limit(0));
    assertThat(none.metrics()).containsOnlyKeys("example_count");
    assertThat(none.artifacts()).containsKey("per_class_metrics.csv");
  }

  @Test
  void wrongColumnsAndLabelsThatAreNoClasses() {
    EvaluateOptions options = EvaluateOptions.defaults();
    assertThatThrownBy(() -> Evaluate.classifier(binary, options.withLabelCol("labl")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("labl")
        .hasMessageContaining("label");
    assertThatThrownBy(
            () ->
                Evaluate.classifier(
                    binary.drop("probability", "rawPrediction"), options.withLabelCol("row")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row")
        .hasMessageContaining("Evaluate.regressor");
  }

  @Test
  void regressionAsSparkHasIt() {
    Dataset<Row> predictions =
        new LinearRegression().setLabelCol("Light").setMaxIter(5).fit(data).transform(data).cache();
    RegressorEvaluation evaluation =
        Evaluate.regressor(predictions, EvaluateOptions.defaults().withLabelCol("Light"));
    RegressionEvaluator spark = new RegressionEvaluator().setLabelCol("Light");
    Map<String, String> names =
        Map.of(
            "mean_squared_error", "mse",
            "root_mean_squared_error", "rmse",
            "mean_absolute_error", "mae",
            "r2_score", "r2");
    names.forEach(
        (ours, theirs) -> {
          double exact = spark.setMetricName(theirs).evaluate(predictions);
          assertThat(evaluation.metrics().get(ours))
              .as(ours)
              .isCloseTo(exact, within(EQUAL * Math.abs(exact)));
        });
    Row row =
        predictions
            .selectExpr(
                "max(abs(Light - prediction))",
                "1 - var_pop(Light - prediction) / var_pop(Light)",
                "percentile(Light - prediction, 0.5)",
                "sum(Light)")
            .head();
    near(evaluation.metrics(), "max_error", row.getDouble(0));
    near(evaluation.metrics(), "explained_variance_score", row.getDouble(1));
    assertThat(evaluation.metrics().get("sum_on_target")).isCloseTo(row.getDouble(3), within(1e-4));
    assertThat(evaluation.residualQuantiles()).hasSize(11);
    assertThat(evaluation.residualQuantiles().get(5).residual())
        .isCloseTo(row.getDouble(2), within(1.0));
    assertThat(Evaluate.regressor(binary.limit(0)).metrics()).containsOnlyKeys("example_count");
  }

  @Test
  void clusteringAsSparkHasIt() {
    Dataset<Row> clusters = new KMeans().setK(3).setSeed(1).fit(data).transform(data).cache();
    ClusteringEvaluation evaluation = Evaluate.clustering(clusters);
    near(evaluation.metrics(), "silhouette", new ClusteringEvaluator().evaluate(clusters));
    assertThat(evaluation.sizes()).hasSize(3);
    assertThat(evaluation.sizes().get(1)).isEqualTo(clusters.where("prediction = 1").count());
    ClusteringEvaluation one = Evaluate.clustering(clusters.withColumn("prediction", lit(0)));
    assertThat(one.metrics()).containsOnlyKeys("example_count", "cluster_count");
  }

  @Test
  void theResultIsLoggedToTheRunOfTheModelAndToTheUsers() throws Exception {
    AutologFixture fixture = new AutologFixture(temp.resolve("store"));
    LogisticRegressionModel model = Autolog.fit(AutologFixture.regression(), fixture.features);
    Dataset<Row> predictions = model.transform(fixture.features);
    EvaluateOptions options = EvaluateOptions.defaults().withLabelCol("Occupancy");
    ClassifierEvaluation evaluation =
        Evaluate.classifier(predictions, options.withModel(model).withPrefix("test_"));
    Thresholds beyond = Thresholds.of(MetricThreshold.atLeast("accuracy_score", 2));
    assertThat(Evaluate.check(evaluation, beyond).accepted()).isFalse();
    AutologFixture.settle();
    TrackingTarget.closeAll();
    Run run = fixture.onlyRun();
    assertThat(run.metric("test_accuracy_score"))
        .contains(evaluation.metrics().get("accuracy_score"));
    assertThat(run.tags().get("runlake.test_verdict"))
        .startsWith("refused: accuracy_score is ")
        .endsWith("at least 2.0 is asked for.");
    Path artifacts = Path.of(java.net.URI.create(run.info().artifactUri()));
    assertThat(artifacts.resolve("test_confusion_matrix.csv")).exists();
    assertThat(artifacts.resolve("test_roc_curve_plot.svg")).exists();
    assertThat(artifacts.resolve("coefficients.json")).exists();

    try (Runlake runlake = Runlake.open(fixture.uri)) {
      try (ActiveRun users = runlake.startRun("mine")) {
        Evaluate.classifier(predictions, options.withRun(users));
        users.endRun();
        assertThat(runlake.getRun(users.id()).orElseThrow().metrics())
            .containsKeys("accuracy_score", "roc_auc");
        baselines(runlake, users, run, evaluation);
      }
    }
  }

  @Test
  void aNameThatTheRunDoesNotTakeCostsThatMetricAlone() {
    AutologFixture fixture = new AutologFixture(temp.resolve("names"));
    Dataset<Row> predictions =
        AutologFixture.regression().fit(fixture.features).transform(fixture.features);
    EvaluateOptions options = EvaluateOptions.defaults().withLabelCol("Occupancy");
    try (Runlake runlake = Runlake.open(fixture.uri);
        ActiveRun users = runlake.startRun("mine");
        Complaints log = new Complaints()) {
      Guard.reset();
      Evaluate.classifier(predictions, options.withRun(users).withPrefix("50%_"));
      AutologFixture.awaitNoneLeft();
      users.endRun();
      Run run = runlake.getRun(users.id()).orElseThrow();
      assertThat(run.metrics()).isEmpty();
      assertThat(run.inputs()).hasSize(1);
      assertThat(log.ofFaults()).singleElement().asString().contains("\"50%_\"");
    }
    assertThat(Guard.failures()).isZero();
  }

  @Test
  void underAutologgingItIsKnownWhichModelMadeThePredictions() {
    AutologFixture fixture = new AutologFixture(temp.resolve("woven"));
    Autolog.enable(fixture.spark);
    LogisticRegressionModel model = AutologFixture.regression().fit(fixture.features);
    Dataset<Row> predictions = model.transform(fixture.features).where("Temperature > 0");
    Evaluate.classifier(predictions, EvaluateOptions.defaults().withLabelCol("Occupancy"));
    Evaluate.clustering(predictions.withColumn("prediction", col("prediction").cast("int")));
    Run run = fixture.onlyRun();
    TrackingTarget.closeAll();
    assertThat(run.metrics()).containsKeys("accuracy_score", "training_totalIterations");
    assertThat(run.metrics().keySet())
        .as("Spark's evaluator that Evaluate uses is not logged for itself")
        .contains("silhouette")
        .noneMatch(name -> name.startsWith("silhouette_"));
  }

  /** A candidate against a run, and against the registered model that an alias names. */
  private static void baselines(
      Runlake runlake, ActiveRun run, Run fitted, ClassifierEvaluation candidate) {
    Thresholds noWorse = Thresholds.of(MetricThreshold.noWorse("accuracy_score", true));
    assertThat(candidate.check(noWorse.against(Evaluate.baseline(runlake, run.id()))).accepted())
        .isTrue();
    Thresholds better = Thresholds.of(MetricThreshold.betterBy("accuracy_score", true, 0.5));
    Baseline before = Evaluate.baseline(runlake, run.id());
    assertThat(candidate.check(better.against(before)).reasons()).hasSize(1);
    String champion = "models:/detector@champion";
    assertThat(Evaluate.baseline(runlake, champion)).isEmpty();
    runlake
        .registry()
        .register("detector", "runs:/" + fitted.id() + "/model", RegisterOptions.none());
    assertThat(Evaluate.baseline(runlake, champion)).isEmpty();
    runlake.registry().setAlias("detector", "champion", 1, "the first");
    assertThat(Evaluate.baseline(runlake, champion).orElseThrow().metrics())
        .containsEntry("test_accuracy_score", candidate.metrics().get("accuracy_score"));
    assertThatThrownBy(() -> Evaluate.baseline(runlake, "models:/detector@"))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void plotsAndTables() throws Exception {
    Path plots = Path.of("plots");
    Files.createDirectories(plots);
    EvaluateOptions options = EvaluateOptions.defaults().withLabelCol("three");
    Map<String, String> files = Evaluate.classifier(three, options).artifacts();
    assertThat(files)
        .containsOnlyKeys(
            "confusion_matrix.csv",
            "confusion_matrix.svg",
            "per_class_metrics.csv",
            "calibration_curve.csv",
            "calibration_curve.svg",
            "threshold_curve.csv",
            "roc_curve_plot.svg",
            "precision_recall_curve_plot.svg");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(plots.resolve("three-" + file.getKey()), file.getValue());
    }
    List<String> perClass = files.get("per_class_metrics.csv").lines().toList();
    assertThat(perClass).hasSize(4);
    assertThat(Arrays.asList(perClass.get(1).split(","))).hasSize(7).startsWith("0");
  }

  private static void near(Map<String, Double> metrics, String name, double expected) {
    assertThat(metrics).containsKey(name);
    assertThat(metrics.get(name)).as(name).isCloseTo(expected, within(EQUAL));
  }
}
