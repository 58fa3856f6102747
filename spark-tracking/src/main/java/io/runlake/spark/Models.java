package io.runlake.spark;

import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.SavedModel;
import io.runlake.flavor.SparkModels;
import io.runlake.tracking.ActiveRun;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;

/** Logs fitted models to runs. */
public final class Models {
  private Models() {}

  /**
   * Saves a fitted model into a folder of the run's artifacts, where {@code runs:/<id>/<folder>}
   * finds it, and adds it to the run's tag {@code mlflow.log-model.history}.
   *
   * @param artifactPath the folder, such as {@code model}; must not exist yet
   * @param training the data that it was trained on, for the signature; none is saved where the
   *     model or the columns allow none
   * @throws io.runlake.flavor.ModelException if the model cannot be saved
   */
  public static SavedModel log(
      ActiveRun run, Transformer model, String artifactPath, Dataset<?> training) {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(training, "training");
    Attachment.attach(training.sparkSession().sparkContext());
    SaveOptions options = SaveOptions.defaults().withRun(run.id().value(), artifactPath);
    try (OwnWork own = new OwnWork(training.sparkSession().sparkContext())) {
      SaveOptions whole =
          ModelSaver.signature(Optional.of(training.schema()), model)
              .map(options::withSignature)
              .orElse(options);
      SavedModel saved = SparkModels.save(model, run.artifactUri() + "/" + artifactPath, whole);
      ModelHistory.add(run, saved);
      return saved;
    }
  }
}
