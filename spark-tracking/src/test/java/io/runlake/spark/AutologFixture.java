package io.runlake.spark;

import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A session and a store of its own for one test, and estimators to fit. */
final class AutologFixture {
  final SparkSession spark = TestSpark.session().newSession();
  final String uri;
  final String experiment = "e-" + UUID.randomUUID();
  final Dataset<Row> data;
  final Dataset<Row> features;

  AutologFixture(Path root) {
    uri = "delta:" + root;
    spark.conf().set(AutologSetting.TRACKING_URI.key(), uri);
    spark.conf().set(AutologSetting.EXPERIMENT.key(), experiment);
    data =
        spark
            .read()
            .option("header", true)
            .schema(TestSpark.OCCUPANCY_SCHEMA)
            .csv(TestSpark.occupancyFile("datatest.txt").toString())
            .limit(300);
    features = assembler().transform(data);
  }

  static VectorAssembler assembler() {
    return new VectorAssembler()
        .setInputCols(new String[] {"Temperature", "Light", "CO2"})
        .setOutputCol("features");
  }

  static LogisticRegression regression() {
    return new LogisticRegression().setLabelCol("Occupancy").setMaxIter(5).setRegParam(0.01);
  }

  static Pipeline pipeline() {
    return new Pipeline().setStages(new PipelineStage[] {assembler(), regression()});
  }

  static CrossValidator crossValidator() {
    LogisticRegression regression = regression();
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(regression.regParam(), new double[] {0.01, 0.1}).build();
    return new CrossValidator()
        .setEstimator(regression)
        .setEvaluator(new BinaryClassificationEvaluator().setLabelCol("Occupancy"))
        .setEstimatorParamMaps(grid)
        .setNumFolds(2)
        .setParallelism(2);
  }

  /** Returns when nothing goes on any more that nobody waits for. */
  static void awaitNoneLeft() {
    TimeBudget.awaitNoneLeft(Duration.ofSeconds(60));
    if (TimeBudget.left() > 0) {
      throw new AssertionError(TimeBudget.left() + " pieces of work go on for a minute.");
    }
  }

  /** Returns when all fits that are over have ended runs. */
  static void settle() {
    // An end that is late is not among them yet.
    awaitNoneLeft();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!OwnFitRun.settled() && System.nanoTime() < deadline) {
      Backstage.await(Duration.ofSeconds(1));
    }
    if (!OwnFitRun.settled() || !Backstage.await(Duration.ofSeconds(60))) {
      throw new AssertionError("Runs of fits that are over did not end within a minute.");
    }
  }

  /** All runs of the store, read anew, the latest first. */
  List<Run> runs() {
    settle();
    return runsSoFar();
  }

  /** The same beside what hangs. */
  List<Run> runsSoFar() {
    try (Runlake fresh = Runlake.open(uri)) {
      return fresh.searchRuns(RunQuery.all()).runs();
    }
  }

  Run onlyRun() {
    List<Run> runs = runs();
    if (runs.size() != 1) {
      throw new AssertionError("One run was expected, and there are " + runs);
    }
    return runs.get(0);
  }
}
