package io.runlake.spark;

import io.runlake.flavor.LoadOptions;
import io.runlake.flavor.LoadedModel;
import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.SavedModel;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.ResolvedModel;
import io.runlake.store.StoreOptions;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/** Logs fitted models to runs, and loads models by what they are called. */
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

  /**
   * Loads a model of the store that {@code spark.runlake.tracking.uri} names; see {@link
   * #load(SparkSession, String, String)}.
   *
   * @throws IllegalStateException if no store is named
   */
  public static LoadedModel load(SparkSession spark, String modelUri) {
    return load(spark, modelUri, TrackingTarget.of(spark));
  }

  /**
   * Loads what a model URI means now: {@code models:/name@alias}, {@code models:/name/3}, {@code
   * runs:/<id>/model} or a path. A registered version is refused when its files are not those that
   * were registered.
   *
   * @param trackingUri {@code delta:<root>}
   * @throws io.runlake.errors.TrackingException RESOURCE_DOES_NOT_EXIST if it names nothing
   * @throws io.runlake.flavor.ModelException naming the path and what is wrong with the files
   */
  public static LoadedModel load(SparkSession spark, String modelUri, String trackingUri) {
    StoreOptions options = StoreOptions.defaults().withFileSystem(SparkTags.fileSystem(spark));
    ResolvedModel resolved;
    try (Runlake runlake = Runlake.open(trackingUri, options)) {
      resolved = runlake.registry().resolve(modelUri);
    }
    LoadOptions checks = LoadOptions.defaults();
    return SparkModels.load(
        spark, resolved.path(), resolved.digest().map(checks::withExpectedDigest).orElse(checks));
  }
}
