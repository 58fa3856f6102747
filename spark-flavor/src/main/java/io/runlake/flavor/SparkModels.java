package io.runlake.flavor;

import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.SparkSession;

/** Saves and loads Spark models as MLmodel folders, as {@code mlflow.spark} does in Python. */
public final class SparkModels {
  private SparkModels() {}

  /**
   * Saves a fitted model straight to its final path: {@code sparkml/} first, then the environment
   * files, the manifest, and {@code MLmodel} last, so that a folder without {@code MLmodel} is a
   * save that did not end. Nothing is deleted on failure. What is no pipeline is wrapped in a
   * {@code PipelineModel}. MLlib's writers run Spark jobs on the calling thread's active session.
   *
   * @throws ModelException {@code EXISTS} when something stands at the path, {@code NOT_WRITABLE}
   *     when a stage cannot be saved or no live session is there, {@code ABANDONED} when {@link
   *     SaveOptions#mayFinish()} says no, {@code STORAGE} when writing fails
   */
  public static SavedModel save(Transformer model, String path, SaveOptions options) {
    return new ModelWriter(model, path, options).write();
  }

  /**
   * Loads a model after checking it: the YAML, the manifest and the expected digest, every class
   * that the folder names against the allow-list, and only then Spark's own loader, whose result
   * must fit the signature.
   *
   * @throws ModelException naming the path and what is wrong with it; {@code ABANDONED} if the
   *     thread was interrupted, which it then still is
   */
  public static LoadedModel load(SparkSession spark, String path, LoadOptions options) {
    return new ModelLoader(spark, path, options).load();
  }
}
