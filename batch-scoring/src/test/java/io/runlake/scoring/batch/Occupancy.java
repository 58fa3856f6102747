package io.runlake.scoring.batch;

import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.Signature;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.RegisterOptions;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Models of the occupancy data, saved and registered once for a test class. */
final class Occupancy {
  /** Rows of {@code datatest.txt}. */
  static final long DATATEST = 2665;

  /** Rows of {@code datatest2.txt}. */
  static final long DATATEST2 = 9752;

  private Occupancy() {}

  static PipelineModel train(double regularisation) {
    return train(TestSpark.occupancy("datatraining.txt"), regularisation);
  }

  static PipelineModel train(Dataset<Row> data, double regularisation) {
    VectorAssembler assembler =
        new VectorAssembler()
            .setInputCols(new String[] {"Temperature", "Humidity", "Light", "CO2", "HumidityRatio"})
            .setOutputCol("features");
    LogisticRegression regression =
        new LogisticRegression()
            .setLabelCol("Occupancy")
            .setMaxIter(10)
            .setRegParam(regularisation);
    return new Pipeline().setStages(new PipelineStage[] {assembler, regression}).fit(data);
  }

  /** Two versions of a model {@code occupancy}, alias {@code champion} on the first. */
  static void registerTwoVersions(Runlake runlake, Path folder) {
    for (double regularisation : new double[] {0.0, 0.1}) {
      String path = folder.resolve("model-" + regularisation).toString();
      PipelineModel model = train(regularisation);
      SparkModels.save(model, path, saveOptions(model));
      runlake.registry().register("occupancy", path, Optional.empty(), RegisterOptions.none());
    }
    runlake.registry().setAlias("occupancy", "champion", 1, "test");
  }

  static SaveOptions saveOptions(PipelineModel model) {
    return SaveOptions.defaults()
        .withSignature(Signature.infer(TestSpark.occupancy("datatraining.txt").schema(), model));
  }

  /** The arguments that score a file of the occupancy data; a later flag wins. */
  static List<String> arguments(String store, Path output, String file, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--job", "nightly",
                "--model", "models:/occupancy/1",
                "--date", "2015-02-04",
                "--store", store,
                "--input.format", "csv",
                "--input.path", file,
                "--input.schema", TestSpark.OCCUPANCY_SCHEMA,
                "--input.options.header", "true",
                "--output.path", output.toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }
}
