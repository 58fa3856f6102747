package io.runlake.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.from_csv;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.Signature;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.RegisterOptions;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.streaming.StreamingScoringJob;
import io.runlake.tracking.Runlake;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Scores the same files as a stream by the streaming job and by hand in turns, in one session:
 * {@code StreamProgram <folder> <rows> <batches> <turns> <occupancy training file>}. Both load the
 * model anew each time and append to a Delta table of their own with the same columns.
 */
public final class StreamProgram {
  private static final String SCHEMA =
      "row int, date timestamp, Temperature double, Humidity double, Light double, CO2 double,"
          + " HumidityRatio double, Occupancy int";
  private static final String[] FEATURES = {
    "Temperature", "Humidity", "Light", "CO2", "HumidityRatio"
  };

  private final SparkSession spark;
  private final Path folder;
  private final String store;
  private final Path model;
  private int started;

  private StreamProgram(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
    this.store = "delta:" + folder.resolve("store");
    this.model = folder.resolve("model");
  }

  /**
   * Prints {@code stream <ours|rival> <seconds>} from start to end, and {@code phase <name>
   * <seconds>} of ours.
   */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().appName("stream-program").getOrCreate();
    try {
      StreamProgram program = new StreamProgram(spark, Path.of(args[0]));
      program.prepare(Integer.parseInt(args[1]), Integer.parseInt(args[2]), args[4]);
      for (int turn = 0; turn <= Integer.parseInt(args[3]); turn++) {
        if (turn % 2 == 0) {
          program.ours(turn > 0);
          program.rival(turn > 0);
        } else {
          program.rival(turn > 0);
          program.ours(turn > 0);
        }
      }
      program.compare();
    } finally {
      spark.stop();
    }
  }

  private void prepare(int rows, int files, String trainingFile) {
    Dataset<Row> training = spark.read().option("header", true).schema(SCHEMA).csv(trainingFile);
    PipelineModel fitted =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler().setInputCols(FEATURES).setOutputCol("raw"),
                  new StandardScaler().setInputCol("raw").setOutputCol("features"),
                  new LogisticRegression().setLabelCol("Occupancy").setMaxIter(20)
                })
            .fit(training);
    SparkModels.save(
        fitted,
        model.toString(),
        SaveOptions.defaults().withSignature(Signature.infer(training.schema(), fitted)));
    try (Runlake runlake = Runlake.open(store)) {
      runlake
          .registry()
          .register("occupancy", model.toString(), Optional.empty(), RegisterOptions.none());
      runlake.registry().setAlias("occupancy", "champion", 1, "benchmark");
    }
    long copies = rows / training.count() + 1;
    training
        .crossJoin(spark.range(copies).toDF("copy"))
        .withColumn("row", org.apache.spark.sql.functions.expr("cast(copy * 10000 + row as int)"))
        .withColumn("Light", col("Light").plus(org.apache.spark.sql.functions.rand(7)))
        .withColumn("CO2", col("CO2").plus(org.apache.spark.sql.functions.rand(8)))
        .drop("copy")
        .limit(rows)
        .repartition(files)
        .write()
        .csv(input());
  }

  private String input() {
    return folder.resolve("input").toString();
  }

  private void ours(boolean warm) throws Exception {
    String name = "ours-" + ++started;
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--job",
                "stream",
                "--model",
                "models:/occupancy@champion",
                "--store",
                store,
                "--input.format",
                "csv",
                "--input.path",
                input(),
                "--input.schema",
                SCHEMA,
                "--columns",
                "row,date,Occupancy",
                "--max-files-per-trigger",
                "1",
                "--output.path",
                folder.resolve(warm ? name : "ours").toString(),
                "--checkpoint",
                folder.resolve(name + "-checkpoint").toString(),
                "--json"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long begun = System.nanoTime();
    ExitCode exit =
        StreamingScoringJob.run(
            spark, arguments, new PrintStream(out, true, StandardCharsets.UTF_8), System.err);
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (exit != ExitCode.DONE) {
      throw new IllegalStateException("The job ended with " + exit);
    }
    if (!warm) {
      return;
    }
    System.out.printf(Locale.ROOT, "stream ours %.3f%n", seconds);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    JsonNode report = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    for (Map.Entry<String, JsonNode> phase : report.get("seconds").properties()) {
      System.out.printf(
          Locale.ROOT, "phase %s %.3f%n", phase.getKey(), phase.getValue().asDouble());
    }
  }

  /** What one writes by hand: parse, transform, append under a transaction id. */
  private void rival(boolean warm) throws Exception {
    String name = "rival-" + ++started;
    String output = folder.resolve(warm ? name : "rival").toString();
    long begun = System.nanoTime();
    PipelineModel loaded = PipelineModel.load(model.resolve("sparkml").toString());
    Dataset<Row> rows =
        spark
            .readStream()
            .format("text")
            .option("maxFilesPerTrigger", 1)
            .load(input())
            .select(
                from_csv(col("value"), lit(SCHEMA), Map.of("mode", "PERMISSIVE")).as("row_"),
                col("_metadata.file_path").as("source_file"),
                col("value").as("source_text"))
            .select(col("row_.*"), col("source_file"), col("source_text"));
    String checkpoint = folder.resolve(name + "-checkpoint").toString();
    VoidFunction2<Dataset<Row>, Long> score =
        (batch, id) -> {
          scored(loaded, batch, id)
              .write()
              .format("delta")
              .mode(SaveMode.Append)
              .option("txnAppId", name)
              .option("txnVersion", id)
              .save(output);
        };
    StreamingQuery query =
        rows.writeStream()
            .foreachBatch(score)
            .option("checkpointLocation", checkpoint)
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    if (warm) {
      System.out.printf(Locale.ROOT, "stream rival %.3f%n", (System.nanoTime() - begun) / 1e9);
    }
  }

  private static Dataset<Row> scored(PipelineModel model, Dataset<Row> batch, long id) {
    return model
        .transform(batch)
        .select(
            col("row"),
            col("date"),
            col("Occupancy"),
            col("prediction"),
            functions.vector_to_array(col("probability"), "float64").as("probability"),
            lit("occupancy").as("model_name"),
            lit(1).as("model_version"),
            lit(null).cast("string").as("model_run_id"),
            current_timestamp().as("scored_at"),
            col("source_file"),
            col("source_text"),
            lit(id).as("batch_id"),
            lit("by hand").as("job_run_id"),
            lit("stream").as("job"),
            lit("by hand").as("query_id"));
  }

  /** Both tables must hold the same scores in the same columns, or the times say nothing. */
  private void compare() {
    Dataset<Row> ours = table("ours");
    Dataset<Row> rival = table("rival");
    if (!List.of(ours.columns()).equals(List.of(rival.columns()))) {
      throw new IllegalStateException(
          List.of(ours.columns()) + " is not " + List.of(rival.columns()));
    }
    String[] same = {"row", "date", "Occupancy", "prediction", "probability", "source_text"};
    Dataset<Row> a = ours.selectExpr(same);
    Dataset<Row> b = rival.selectExpr(same);
    long differing = a.exceptAll(b).count() + b.exceptAll(a).count();
    if (differing > 0) {
      throw new IllegalStateException(differing + " rows differ between the two tables.");
    }
  }

  private Dataset<Row> table(String name) {
    return spark.read().format("delta").load(folder.resolve(name).toString());
  }
}
