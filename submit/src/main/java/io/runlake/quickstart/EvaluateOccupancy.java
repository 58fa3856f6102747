package io.runlake.quickstart;

import io.runlake.flavor.LoadOptions;
import io.runlake.flavor.LoadedModel;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.ModelRegistry;
import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisterOptions;
import io.runlake.registry.ResolvedModel;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Evaluates the model of each training run on data that it has not seen, logs {@code accuracy},
 * {@code f1} and {@code areaUnderROC} to that run, registers the models, and points the alias
 * {@code champion} at the one with the higher accuracy.
 *
 * <p>{@code EvaluateOccupancy <datatest.txt> <datatest2.txt> <since>}: runs that started before the
 * millisecond {@code since} are left alone. On the second file the accuracy alone is logged, as
 * {@code accuracy_datatest2}.
 */
public final class EvaluateOccupancy {
  private record Candidate(Run run, ModelVersion version, double accuracy) {}

  private final SparkSession spark;
  private final Runlake runlake;
  private final Dataset<Row> test;
  private final Dataset<Row> test2;

  private EvaluateOccupancy(SparkSession spark, Runlake runlake, String test, String test2) {
    this.spark = spark;
    this.runlake = runlake;
    this.test = Occupancy.read(spark, test).cache();
    this.test2 = Occupancy.read(spark, test2).cache();
  }

  /** Runs the job; what throws ends spark-submit with an exit code that is not 0. */
  public static void main(String[] args) {
    if (args.length != 3) {
      System.err.println("usage: EvaluateOccupancy <datatest.txt> <datatest2.txt> <since>");
      System.exit(2);
    }
    SparkSession spark = SparkSession.builder().appName("evaluate-occupancy").getOrCreate();
    try (Runlake runlake = Runlake.open(Occupancy.trackingUri(spark))) {
      new EvaluateOccupancy(spark, runlake, args[0], args[1]).run(Long.parseLong(args[2]));
    } finally {
      spark.stop();
    }
  }

  private void run(long since) {
    List<Run> runs =
        runlake
            .searchRuns(
                RunQuery.ofExperiments(Occupancy.EXPERIMENT)
                    .withFilter("attributes.start_time >= " + since)
                    .withOrderBy("attributes.start_time ASC"))
            .runs();
    if (runs.isEmpty()) {
      throw new IllegalStateException(
          "No run of the experiment '" + Occupancy.EXPERIMENT + "' has started since " + since);
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Run run : runs) {
      candidates.add(evaluate(run));
    }
    Candidate best =
        candidates.stream().max(Comparator.comparingDouble(Candidate::accuracy)).orElseThrow();
    runlake
        .registry()
        .setAlias(
            Occupancy.MODEL,
            Occupancy.CHAMPION,
            best.version().version(),
            "the highest accuracy on datatest.txt: " + text(best.accuracy()));
    System.out.printf("%s is now version %d%n", Occupancy.CHAMPION, best.version().version());
  }

  private Candidate evaluate(Run run) {
    ModelRegistry registry = runlake.registry();
    String source = "runs:/" + run.id() + "/" + Occupancy.MODEL_ARTIFACT;
    ResolvedModel resolved = registry.resolve(source);
    LoadedModel model = SparkModels.load(spark, resolved.path(), LoadOptions.defaults());
    Dataset<Row> scored = model.model().transform(test).cache();
    double accuracy = multiclass(scored, "accuracy");
    Map<String, Double> metrics =
        Map.of(
            "accuracy", accuracy,
            "f1", multiclass(scored, "f1"),
            "areaUnderROC", areaUnderRoc(scored),
            "accuracy_datatest2", multiclass(model.model().transform(test2), "accuracy"));
    scored.unpersist();
    try (RunEditor editor = runlake.edit(run.id())) {
      editor.logMetrics(metrics);
    }
    ModelVersion version =
        registry.register(
            Occupancy.MODEL,
            source,
            Optional.of(run.id()),
            RegisterOptions.because("evaluated on datatest.txt: accuracy " + text(accuracy)));
    System.out.printf(
        "run %s: accuracy %s, registered as %s%n", run.name(), text(accuracy), version.uri());
    return new Candidate(run, version, accuracy);
  }

  private static double multiclass(Dataset<Row> scored, String metric) {
    return new MulticlassClassificationEvaluator()
        .setLabelCol(Occupancy.LABEL)
        .setMetricName(metric)
        .evaluate(scored);
  }

  private static double areaUnderRoc(Dataset<Row> scored) {
    return new BinaryClassificationEvaluator().setLabelCol(Occupancy.LABEL).evaluate(scored);
  }

  private static String text(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
