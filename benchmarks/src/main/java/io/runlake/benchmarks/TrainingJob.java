package io.runlake.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Something to fit, on cached data.
 *
 * @param data cached
 */
record TrainingJob(Estimator<?> estimator, Dataset<Row> data) {
  private static final int FEATURES = 20;
  private static final int FOLDS = 3;

  /** With three folds and the final fit these are 40 fits. */
  private static final int MAPS = 13;

  private static final String LABEL = "label";

  /** What is fitted. */
  enum Kind {
    /** Assembler, scaler, logistic regression, forest: about ten seconds on two free cores. */
    PIPELINE(600_000),
    /** A cross-validation of 40 fits. */
    GRID(25_000),
    /** A logistic regression by itself, about a second. */
    BARE(500_000),
    /** A pipeline on little data, where all that a fit costs whatever its size is most visible. */
    SMALL(1_000);

    private final int rows;

    Kind(int rows) {
      this.rows = rows;
    }
  }

  /**
   * Makes the data where it is not there yet.
   *
   * @param percent of the usual rows, to try things out
   */
  static TrainingJob of(Kind kind, SparkSession spark, Path folder, int percent) {
    int rows = Math.max(200, kind.rows * percent / 100);
    Dataset<Row> data = data(spark, folder.resolve("rows-" + rows), rows);
    Dataset<Row> features = kind == Kind.PIPELINE || kind == Kind.SMALL ? data : assembled(data);
    features.cache().count();
    return new TrainingJob(estimator(kind), features);
  }

  private static Estimator<?> estimator(Kind kind) {
    return switch (kind) {
      case PIPELINE ->
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    assembler("raw"),
                    scaler(),
                    regression(60)
                        .setElasticNetParam(0.5)
                        .setPredictionCol("lr")
                        .setRawPredictionCol("lrRaw")
                        .setProbabilityCol("lrProbability"),
                    new RandomForestClassifier().setNumTrees(20).setMaxDepth(8).setSeed(1)
                  });
      case GRID -> grid();
      case BARE -> regression(25);
      case SMALL ->
          new Pipeline().setStages(new PipelineStage[] {assembler("raw"), scaler(), regression(5)});
    };
  }

  private static CrossValidator grid() {
    LogisticRegression regression = regression(5);
    double[] strengths = new double[MAPS];
    Arrays.setAll(strengths, i -> 1e-4 * (i + 1));
    ParamMap[] maps = new ParamGridBuilder().addGrid(regression.regParam(), strengths).build();
    return new CrossValidator()
        .setEstimator(regression)
        .setEvaluator(new BinaryClassificationEvaluator())
        .setEstimatorParamMaps(maps)
        .setNumFolds(FOLDS)
        .setSeed(1);
  }

  private static LogisticRegression regression(int iterations) {
    return new LogisticRegression().setMaxIter(iterations).setTol(0).setRegParam(1e-4);
  }

  private static VectorAssembler assembler(String output) {
    String[] columns = new String[FEATURES];
    Arrays.setAll(columns, i -> "f" + i);
    return new VectorAssembler().setInputCols(columns).setOutputCol(output);
  }

  private static StandardScaler scaler() {
    return new StandardScaler().setInputCol("raw").setOutputCol("features").setWithMean(true);
  }

  private static Dataset<Row> assembled(Dataset<Row> data) {
    return assembler("features").transform(data).select("features", LABEL);
  }

  private static Dataset<Row> data(SparkSession spark, Path path, int rows) {
    if (Files.notExists(path.resolve("_SUCCESS"))) {
      Column[] columns = new Column[FEATURES + 1];
      Column sum = functions.lit(0);
      for (int i = 0; i < FEATURES; i++) {
        Column feature = functions.randn(i + 1L);
        columns[i] = feature.alias("f" + i);
        sum = sum.plus(feature.multiply(i % 3 - 1));
      }
      columns[FEATURES] = sum.plus(functions.randn(99)).gt(0).cast("double").alias(LABEL);
      spark.range(0, rows, 1, 2).select(columns).write().mode("overwrite").parquet(path.toString());
    }
    Dataset<Row> data = spark.read().parquet(path.toString()).repartition(2).cache();
    if (data.count() != rows) {
      throw new IllegalStateException(path + " does not hold " + rows + " rows.");
    }
    return data;
  }

  /**
   * Saves by hand what autologging saves of a fit: of a search also what it found.
   *
   * @param inPipelines as MLflow's format has models: what is no pipeline is wrapped in one
   */
  static void save(Transformer model, Path folder, boolean inPipelines) throws Exception {
    write(model, folder, inPipelines);
    if (model instanceof CrossValidatorModel search) {
      write(search.bestModel(), folder, inPipelines);
    }
  }

  private static void write(Transformer model, Path folder, boolean inPipeline) throws Exception {
    Transformer saved =
        inPipeline && !(model instanceof PipelineModel)
            ? new PipelineModel("wrapped", List.of(model))
            : model;
    ((MLWritable) saved).write().save(folder.resolve(UUID.randomUUID().toString()).toString());
  }
}
