package io.runlake.flavor;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What a save writes beside the model.
 *
 * @param runId the run that the model belongs to
 * @param artifactPath the folder among the run's artifacts, such as {@code model}
 * @param signature the columns that the model wants and gives
 * @param example a few rows of input
 * @param environment the Python side, for {@code mlflow.spark.load_model} and {@code mlflow.pyfunc}
 * @param metadata free entries of MLmodel's {@code metadata}; the key {@code runlake} is ours
 * @param mayFinish asked immediately before {@code MLmodel} is written; {@code false} abandons the
 *     save
 */
public record SaveOptions(
    Optional<String> runId,
    Optional<String> artifactPath,
    Optional<Signature> signature,
    Optional<InputExample> example,
    PythonEnvironment environment,
    Map<String, String> metadata,
    BooleanSupplier mayFinish) {

  /**
   * The Python side of a saved model.
   *
   * @param pythonVersion as in {@code 3.11.9}
   * @param requirements lines of requirements.txt; empty means MLflow and the PySpark of the Spark
   *     that saves
   */
  public record PythonEnvironment(String pythonVersion, List<String> requirements) {
    /** A version of Python that PySpark 3.5, 4.0 and 4.1 all support. */
    public static final String DEFAULT_PYTHON = "3.11.9";

    /** The range of MLflow that reads the folders we write. */
    public static final String MLFLOW_REQUIREMENT = "mlflow>=2.17,<4";

    /** Copies the list. */
    public PythonEnvironment {
      Objects.requireNonNull(pythonVersion, "pythonVersion");
      requirements = List.copyOf(requirements);
    }
  }

  /** Checks and copies. */
  public SaveOptions {
    Objects.requireNonNull(runId, "runId");
    Objects.requireNonNull(artifactPath, "artifactPath");
    Objects.requireNonNull(signature, "signature");
    Objects.requireNonNull(example, "example");
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(mayFinish, "mayFinish");
    metadata = Map.copyOf(metadata);
    if (metadata.containsKey(MlModel.RUNLAKE)) {
      throw new IllegalArgumentException("metadata key '" + MlModel.RUNLAKE + "' is reserved");
    }
  }

  /** No run, no signature, no example; the default environment; may always finish. */
  public static SaveOptions defaults() {
    return new SaveOptions(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new PythonEnvironment(PythonEnvironment.DEFAULT_PYTHON, List.of()),
        Map.of(),
        () -> true);
  }

  /** A copy that says which run the model belongs to and where among its artifacts it stands. */
  public SaveOptions withRun(String id, String path) {
    return new SaveOptions(
        Optional.of(id), Optional.of(path), signature, example, environment, metadata, mayFinish);
  }

  /** A copy with a signature. */
  public SaveOptions withSignature(Signature value) {
    return new SaveOptions(
        runId, artifactPath, Optional.of(value), example, environment, metadata, mayFinish);
  }

  /** A copy with an input example. */
  public SaveOptions withExample(InputExample value) {
    return new SaveOptions(
        runId, artifactPath, signature, Optional.of(value), environment, metadata, mayFinish);
  }

  /** A copy for another version of Python. */
  public SaveOptions withPythonVersion(String value) {
    return new SaveOptions(
        runId,
        artifactPath,
        signature,
        example,
        new PythonEnvironment(value, environment.requirements()),
        metadata,
        mayFinish);
  }

  /** A copy with these lines of requirements.txt in place of the default ones. */
  public SaveOptions withRequirements(List<String> value) {
    return new SaveOptions(
        runId,
        artifactPath,
        signature,
        example,
        new PythonEnvironment(environment.pythonVersion(), value),
        metadata,
        mayFinish);
  }

  /** A copy with these metadata entries. */
  public SaveOptions withMetadata(Map<String, String> value) {
    return new SaveOptions(runId, artifactPath, signature, example, environment, value, mayFinish);
  }

  /** A copy that asks this before the last step. */
  public SaveOptions withMayFinish(BooleanSupplier value) {
    return new SaveOptions(runId, artifactPath, signature, example, environment, metadata, value);
  }
}
