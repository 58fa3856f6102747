package io.runlake.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.Signature;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.RegisterOptions;
import io.runlake.scoring.batch.BatchScoringJob;
import io.runlake.scoring.streaming.StreamingScoringJob;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Runlake;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The night and the stream score the same rows with the same model to the same bits. */
@Tag("slow")
class NightAndStreamTest {
  private static final int FILES = 7;
  private static final List<String> SPOILED =
      List.of(
          "90001,2015-02-11 15:00:00,warm,31.1,434,1003,0.0050,1",
          "90002,2015-02-11 15:00:00,,31.1,434,1003,0.0050,1",
          "90003,2015-02-11 15:00:00,NaN,31.1,434,1003,0.0050,1",
          "90004,2015-02-11 15:00:00");

  @TempDir Path folder;

  private interface Job {
    ExitCode run(SparkSession spark, List<String> arguments, PrintStream out, PrintStream err);
  }

  @Test
  void predictionsAreBitEqual() throws Exception {
    String store = "delta:" + folder.resolve("store");
    register(store);
    Path input = files();
    List<String> both =
        List.of(
            "--job", "same",
            "--model", "models:/occupancy/1",
            "--store", store,
            "--input.format", "csv",
            "--input.path", input.toString(),
            "--input.schema", TestSpark.OCCUPANCY_SCHEMA,
            "--columns", "row,date",
            "--model-columns", "rawPrediction");
    Path night = folder.resolve("night");
    Path stream = folder.resolve("stream");

    run(BatchScoringJob::run, both, "--date", "2015-02-11", "--output.path", night.toString());
    run(
        StreamingScoringJob::run,
        both,
        "--max-files-per-trigger",
        "3",
        "--checkpoint",
        folder.resolve("checkpoint").toString(),
        "--output.path",
        stream.toString());

    Map<Integer, List<Long>> expected = bits(table(night.toString()));
    assertThat(expected).hasSize(9752);
    assertThat(table(stream.toString()).count()).isEqualTo(9752);
    assertThat(bits(table(stream.toString()))).isEqualTo(expected);
    assertThat(table(stream.toString()).select("batch_id").distinct().count()).isEqualTo(3);
    List<String> refused = refused(table(night + "_quarantine"));
    assertThat(refused).hasSize(SPOILED.size());
    assertThat(refused(table(stream + "_quarantine"))).isEqualTo(refused);
  }

  private static void register(String store) {
    Dataset<Row> training = TestSpark.occupancy("datatraining.txt");
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler()
                      .setInputCols(
                          new String[] {"Temperature", "Humidity", "Light", "CO2", "HumidityRatio"})
                      .setOutputCol("raw"),
                  new StandardScaler()
                      .setWithMean(true)
                      .setInputCol("raw")
                      .setOutputCol("features"),
                  new LogisticRegression().setLabelCol("Occupancy").setMaxIter(10)
                })
            .fit(training);
    String path = store.substring("delta:".length()) + "-model";
    SparkModels.save(
        model,
        path,
        SaveOptions.defaults().withSignature(Signature.infer(training.schema(), model)));
    try (Runlake runlake = Runlake.open(store)) {
      runlake.registry().register("occupancy", path, Optional.empty(), RegisterOptions.none());
    }
  }

  private Path files() throws Exception {
    Path input = Files.createDirectory(folder.resolve("input"));
    List<String> lines =
        new ArrayList<>(Files.readAllLines(TestSpark.occupancyFile("datatest2.txt")));
    lines.remove(0);
    for (int i = 0; i < SPOILED.size(); i++) {
      lines.add(1000 * (i + 1), SPOILED.get(i));
    }
    int each = lines.size() / FILES + 1;
    for (int file = 0; file < FILES; file++) {
      List<String> part = lines.subList(file * each, Math.min((file + 1) * each, lines.size()));
      Files.write(input.resolve(file + ".csv"), part);
    }
    return input;
  }

  private static void run(Job job, List<String> both, String... more) {
    List<String> arguments = Stream.concat(both.stream(), Stream.of(more)).toList();
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(told, true, StandardCharsets.UTF_8);
    ExitCode exit = job.run(TestSpark.session(), arguments, stream, stream);
    assertThat(exit).as(told.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.DONE);
  }

  private static Dataset<Row> table(String path) {
    return TestSpark.session().read().format("delta").load(path);
  }

  /** By row: the bits of its prediction, probabilities and raw predictions. */
  private static Map<Integer, List<Long>> bits(Dataset<Row> scores) {
    Map<Integer, List<Long>> bits = new TreeMap<>();
    for (Row row :
        scores.select("row", "prediction", "probability", "rawPrediction").collectAsList()) {
      List<Long> all = new ArrayList<>();
      all.add(Double.doubleToRawLongBits(row.getDouble(1)));
      for (int column : new int[] {2, 3}) {
        for (Double value : row.<Double>getList(column)) {
          all.add(Double.doubleToRawLongBits(value));
        }
      }
      assertThat(all).hasSize(5);
      bits.put(row.getInt(0), all);
    }
    return bits;
  }

  private static List<String> refused(Dataset<Row> quarantine) {
    return quarantine.select("stage", "column", "reason", "row").collectAsList().stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }
}
