package io.runlake.spark;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The fits that were recorded, as programs that know nothing of Runlake but its settings. */
final class MlflowScenarios {
  private final Dataset<Row> data;
  private final Map<String, Runnable> fits = new LinkedHashMap<>();

  /** Columns and number of rows are those of the recordings; the numbers in them are not known. */
  MlflowScenarios(AutologFixture fixture, Path folder) {
    fixture
        .spark
        .range(2_000)
        .repartition(1)
        .selectExpr("id", "rand(1) AS a", "randn(2) AS b", "IF(id % 3 = 0, 'u', 'v') AS cat")
        .selectExpr("*", "CAST(a + 0.3 * b > 0.5 AS DOUBLE) AS label", "2 * a - b AS y")
        .write()
        .parquet(folder.toString());
    data = fixture.spark.read().parquet(folder.toString());
    fits.put("bare-lr", this::bare);
    fits.put("pipeline", () -> evaluated(pipeline().fit(data)));
    fits.put("rf-pipeline", this::forest);
    fits.put("kmeans-pipeline", this::clusters);
    fits.put("crossvalidator", this::crossValidator);
    fits.put("tvs", this::trainValidationSplit);
    fits.put("pipeline-in-run", () -> inRun(fixture.uri));
    fits.put("pipeline-input-example", () -> withExamples(fixture));
  }

  Map<String, Runnable> all() {
    return fits;
  }

  /** Of what is recorded here, MLflow's {@code log_input_examples} is what differs. */
  private void withExamples(AutologFixture fixture) {
    fixture.spark.conf().set(AutologSetting.EXAMPLES.key(), "true");
    evaluated(pipeline().fit(data));
    fixture.spark.conf().unset(AutologSetting.EXAMPLES.key());
  }

  private void bare() {
    new LogisticRegression()
        .setMaxIter(15)
        .setRegParam(0.02)
        .fit(assembler("a", "b").transform(data));
  }

  private static Pipeline pipeline() {
    return stages(assembler("a", "b"), new LogisticRegression().setMaxIter(20).setRegParam(0.01));
  }

  private void evaluated(PipelineModel model) {
    Dataset<Row> predictions = model.transform(data);
    new BinaryClassificationEvaluator().evaluate(predictions);
    new MulticlassClassificationEvaluator().setMetricName("f1").evaluate(predictions);
  }

  private void inRun(String uri) {
    try (Runlake runlake = Runlake.open(uri);
        ActiveRun run = runlake.startRun("outer")) {
      run.logParam("mine", "1");
      evaluated(pipeline().fit(data));
      run.endRun();
    }
  }

  private void forest() {
    stages(
            new StringIndexer().setInputCol("cat").setOutputCol("cati"),
            assembler("a", "b", "cati"),
            new RandomForestClassifier().setNumTrees(5).setSeed(1))
        .fit(data);
  }

  private void clusters() {
    stages(assembler("a", "b"), new KMeans().setK(3).setSeed(1)).fit(data);
  }

  private void crossValidator() {
    LogisticRegression lr = new LogisticRegression().setMaxIter(10);
    new CrossValidator()
        .setEstimator(stages(assembler("a", "b"), lr))
        .setEstimatorParamMaps(
            new ParamGridBuilder()
                .addGrid(lr.regParam(), new double[] {0.0, 0.1})
                .addGrid(lr.elasticNetParam(), new double[] {0.0, 0.5})
                .build())
        .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
        .setNumFolds(3)
        .setParallelism(2)
        .setSeed(7)
        .fit(data);
  }

  private void trainValidationSplit() {
    LinearRegression lr = new LinearRegression().setLabelCol("y");
    new TrainValidationSplit()
        .setEstimator(stages(assembler("a", "b"), lr))
        .setEstimatorParamMaps(
            new ParamGridBuilder().addGrid(lr.regParam(), new double[] {0.0, 0.1}).build())
        .setEvaluator(new RegressionEvaluator().setLabelCol("y"))
        .setTrainRatio(0.8)
        .setSeed(7)
        .fit(data);
  }

  private static VectorAssembler assembler(String... columns) {
    return new VectorAssembler().setInputCols(columns).setOutputCol("features");
  }

  private static Pipeline stages(PipelineStage... stages) {
    return new Pipeline().setStages(stages);
  }
}
