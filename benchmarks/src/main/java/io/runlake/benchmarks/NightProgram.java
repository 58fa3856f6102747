package io.runlake.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.Signature;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.RegisterOptions;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.batch.BatchScoringJob;
import io.runlake.tracking.Runlake;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

/**
 * Scores nights by the batch job and by hand in turns, in one session: {@code NightProgram <folder>
 * <rows> <turns> <occupancy training file>}. Both load the model anew each time, read the same
 * files, and replace a night of a Delta table that has the same columns and partitions.
 */
public final class NightProgram {
  private static final String SCHEMA =
      "row int, date timestamp, Temperature double, Humidity double, Light double, CO2 double,"
          + " HumidityRatio double, Occupancy int";
  private static final String[] FEATURES = {
    "Temperature", "Humidity", "Light", "CO2", "HumidityRatio"
  };
  private static final List<String> CARRIED = List.of("row", "date", "Occupancy");

  private final SparkSession spark;
  private final Path folder;
  private final String store;
  private final Path model;

  private NightProgram(SparkSession spark, Path folder) {
    this.spark = spark;
    this.folder = folder;
    this.store = "delta:" + folder.resolve("store");
    this.model = folder.resolve("model");
  }

  /** Prints {@code night <format> <ours|rival> <seconds>} and {@code phase <name> <seconds>}. */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().appName("night-program").getOrCreate();
    try {
      NightProgram program = new NightProgram(spark, Path.of(args[0]));
      program.prepare(Integer.parseInt(args[1]), args[3]);
      LocalDate date = LocalDate.of(2015, 2, 1);
      for (int turn = 0; turn <= Integer.parseInt(args[2]); turn++) {
        for (String format : List.of("parquet", "csv")) {
          date = date.plusDays(1);
          if (turn % 2 == 0) {
            program.ours(format, date, turn > 0);
            program.rival(format, date, turn > 0);
          } else {
            program.rival(format, date, turn > 0);
            program.ours(format, date, turn > 0);
          }
        }
      }
      program.compare();
    } finally {
      spark.stop();
    }
  }

  private void prepare(int rows, String trainingFile) {
    Dataset<Row> training = csv(trainingFile);
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
    }
    // The real readings again and again, each a little off, so that they do not compress to
    // nothing.
    long copies = rows / training.count() + 1;
    Dataset<Row> many =
        training
            .crossJoin(spark.range(copies).toDF("copy"))
            .withColumn(
                "row", org.apache.spark.sql.functions.expr("cast(copy * 10000 + row as int)"))
            .withColumn("Light", col("Light").plus(org.apache.spark.sql.functions.rand(7)))
            .withColumn("CO2", col("CO2").plus(org.apache.spark.sql.functions.rand(8)))
            .drop("copy")
            .limit(rows)
            .repartition(4);
    many.write().parquet(input("parquet"));
    spark.read().parquet(input("parquet")).write().option("header", true).csv(input("csv"));
  }

  private String input(String format) {
    return folder.resolve("input-" + format).toString();
  }

  private Dataset<Row> csv(String path) {
    return spark.read().option("header", true).schema(SCHEMA).csv(path);
  }

  private void ours(String format, LocalDate date, boolean warm) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--job",
                "nightly",
                "--model",
                "models:/occupancy/1",
                "--store",
                store,
                "--date",
                date.toString(),
                "--input.format",
                format,
                "--input.path",
                input(format),
                "--columns",
                String.join(",", CARRIED),
                "--output.path",
                folder.resolve("ours").toString(),
                "--json"));
    if (format.equals("csv")) {
      arguments.addAll(List.of("--input.schema", SCHEMA, "--input.options.header", "true"));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long begun = System.nanoTime();
    ExitCode exit =
        BatchScoringJob.run(
            spark, arguments, new PrintStream(out, true, StandardCharsets.UTF_8), System.err);
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (exit != ExitCode.DONE) {
      throw new IllegalStateException("The job ended with " + exit);
    }
    print(format, "ours", seconds, warm);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    JsonNode report = new ObjectMapper().readTree(lines.get(lines.size() - 1));
    if (warm) {
      report
          .get("seconds")
          .properties()
          .forEach(
              phase ->
                  System.out.printf(
                      Locale.ROOT,
                      "phase %s-%s %.3f%n",
                      format,
                      phase.getKey(),
                      phase.getValue().asDouble()));
    }
  }

  /** What one writes by hand: load, transform, write; no check, no count, no cache. */
  private void rival(String format, LocalDate date, boolean warm) {
    long begun = System.nanoTime();
    Dataset<Row> input =
        format.equals("csv") ? csv(input(format)) : spark.read().parquet(input(format));
    PipelineModel loaded = PipelineModel.load(model.resolve("sparkml").toString());
    loaded
        .transform(input)
        .select(
            col("row"),
            col("date"),
            col("Occupancy"),
            col("prediction"),
            functions.vector_to_array(col("probability"), "float64").as("probability"),
            lit("occupancy").as("model_name"),
            lit(1).as("model_version"),
            lit(null).cast("string").as("model_run_id"),
            org.apache.spark.sql.functions.current_timestamp().as("scored_at"),
            lit("by hand").as("job_run_id"),
            lit("nightly").as("job"),
            lit(date.toString()).cast("date").as("logical_date"))
        .write()
        .format("delta")
        .mode(SaveMode.Overwrite)
        .partitionBy("job", "logical_date")
        .option("replaceWhere", "job = 'nightly' AND logical_date = '" + date + "'")
        .save(folder.resolve("rival").toString());
    print(format, "rival", (System.nanoTime() - begun) / 1e9, warm);
  }

  private static void print(String format, String side, double seconds, boolean warm) {
    System.out.printf(
        Locale.ROOT, "%s %s %s %.3f%n", warm ? "night" : "first", format, side, seconds);
  }

  /** Both tables must hold the same scores, or the times say nothing. */
  private void compare() {
    List<String> same = List.of("row", "date", "prediction", "probability", "logical_date");
    Dataset<Row> ours = table("ours", same);
    Dataset<Row> rival = table("rival", same);
    long differing = ours.exceptAll(rival).count() + rival.exceptAll(ours).count();
    if (differing > 0) {
      throw new IllegalStateException(differing + " rows differ between the two tables.");
    }
  }

  private Dataset<Row> table(String name, List<String> columns) {
    return spark
        .read()
        .format("delta")
        .load(folder.resolve(name).toString())
        .where(col("logical_date").leq(lit("2015-02-03")))
        .selectExpr(columns.toArray(String[]::new));
  }
}
