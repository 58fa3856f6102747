package training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A training program with every shape of a fit, which knows no Runlake unless it is told to: {@code
 * TrainAll <data> <coefficients out> [users-run tracking-uri]}. What it learned goes, to the bit,
 * into a file.
 */
public final class TrainAll {
  private static final String SCHEMA =
      "row int, date timestamp, Temperature double, Humidity double, Light double, CO2 double,"
          + " HumidityRatio double, Occupancy int";

  private final List<String> learned = new ArrayList<>();

  private TrainAll() {}

  /** Trains; exits with 0 if every fit did what it does without Runlake. */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().appName("train-all").getOrCreate();
    try {
      new TrainAll().train(spark, args);
    } finally {
      spark.stop();
    }
  }

  private void train(SparkSession spark, String[] args) throws Exception {
    Dataset<Row> data =
        spark.read().option("header", true).schema(SCHEMA).csv(args[0]).limit(800).coalesce(1);
    Dataset<Row> features = assembler().transform(data).cache();
    bare(features);
    pipeline(data);
    crossValidator(features);
    pool(features);
    throwing(data);
    if (args.length > 2) {
      UsersRun.fitTwice(args[3], () -> regression(6).fit(features));
    }
    write(Path.of(args[1]));
  }

  private void bare(Dataset<Row> features) {
    learn("regression", regression(5).fit(features));
    StandardScalerModel scaler =
        new StandardScaler().setInputCol("features").setOutputCol("scaled").fit(features);
    learn("scaler", scaler.std());
    KMeansModel clusters = new KMeans().setK(2).setSeed(1).setMaxIter(3).fit(features);
    for (Vector center : clusters.clusterCenters()) {
      learn("center", center);
    }
  }

  private void pipeline(Dataset<Row> data) {
    PipelineModel model =
        new Pipeline().setStages(new PipelineStage[] {assembler(), regression(4)}).fit(data);
    learn("pipeline", (LogisticRegressionModel) model.stages()[1]);
  }

  private void crossValidator(Dataset<Row> features) {
    LogisticRegression regression = regression(3);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(regression.regParam(), new double[] {0.01, 0.1}).build();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(regression)
            .setEvaluator(new BinaryClassificationEvaluator().setLabelCol("Occupancy"))
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(7)
            .setParallelism(2)
            .fit(features);
    learn("tuned", (LogisticRegressionModel) model.bestModel());
  }

  private void pool(Dataset<Row> features) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<LogisticRegressionModel>> fits = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int iterations = 10 + i;
        fits.add(() -> regression(iterations).fit(features));
      }
      for (Future<LogisticRegressionModel> fit : pool.invokeAll(fits)) {
        learn("pool", fit.get());
      }
    } finally {
      pool.shutdown();
    }
  }

  private void throwing(Dataset<Row> data) {
    try {
      regression(20).setFeaturesCol("absent").fit(data);
      throw new IllegalStateException("a fit without its column did not throw");
    } catch (IllegalArgumentException expected) {
      learned.add("threw " + expected.getClass().getName());
    }
  }

  private static LogisticRegression regression(int iterations) {
    return new LogisticRegression()
        .setLabelCol("Occupancy")
        .setMaxIter(iterations)
        .setRegParam(0.01);
  }

  private static VectorAssembler assembler() {
    return new VectorAssembler()
        .setInputCols(new String[] {"Temperature", "Light", "CO2"})
        .setOutputCol("features");
  }

  private void learn(String name, LogisticRegressionModel model) {
    learn(name, model.coefficients());
    learned.add(name + " " + bits(model.intercept()));
  }

  private void learn(String name, Vector values) {
    StringBuilder line = new StringBuilder(name);
    for (double value : values.toArray()) {
      line.append(' ').append(bits(value));
    }
    learned.add(line.toString());
  }

  private static String bits(double value) {
    return Long.toHexString(Double.doubleToRawLongBits(value));
  }

  private void write(Path file) throws IOException {
    Files.write(file, learned);
  }
}
