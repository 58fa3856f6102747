package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * What the file {@code MLmodel} of a model folder says. Keys that are not known here are kept.
 * Needs Hadoop, not Spark.
 */
public final class MlModel {
  /** The name of the file. */
  public static final String FILE = "MLmodel";

  /** The key under {@code metadata} where this library keeps what MLmodel has no word for. */
  public static final String RUNLAKE = "runlake";

  private final String path;
  private final Map<String, Object> values;
  private final Optional<Signature> signature;

  private MlModel(String path, Map<String, Object> values, Optional<Signature> signature) {
    this.path = path;
    this.values = values;
    this.signature = signature;
  }

  /**
   * Reads {@code MLmodel} of the folder at a Hadoop path, with Hadoop's default settings.
   *
   * @throws ModelException {@code NOT_FOUND}, {@code DAMAGED} when the save did not end, or {@code
   *     BAD_FORMAT}
   */
  public static MlModel read(String modelPath) {
    return read(modelPath, ModelFolder.configuration());
  }

  /** As {@link #read(String)}, with the given settings. */
  public static MlModel read(String modelPath, Configuration configuration) {
    ModelFolder folder = ModelFolder.open(modelPath, configuration);
    return parse(folder.readDescriptor(), folder.path());
  }

  /** From the text of the file; {@code path} is the folder, for messages. */
  static MlModel parse(String text, String path) {
    Map<String, Object> values = SafeYaml.read(text, path + "/" + FILE);
    if (!(values.get("flavors") instanceof Map<?, ?> flavors) || flavors.isEmpty()) {
      throw new ModelException(
          Kind.BAD_FORMAT, path, "Bad model at " + path + ": MLmodel names no flavors");
    }
    return new MlModel(path, values, signature(values.get("signature"), path));
  }

  private static Optional<Signature> signature(Object value, String path) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      Map<String, Object> entries = map(value);
      Optional<String> inputs = text(entries, "inputs");
      Optional<String> outputs = text(entries, "outputs");
      return inputs.isEmpty() ? Optional.empty() : Optional.of(SignatureJson.of(inputs, outputs));
    } catch (ModelException e) {
      throw new ModelException(
          Kind.SIGNATURE, path, "Bad model at " + path + ": " + e.getMessage(), e);
    }
  }

  /** All keys and values of the file. */
  public Map<String, Object> values() {
    return values;
  }

  /** The folder, canonical. */
  public String path() {
    return path;
  }

  /** The run that logged the model. */
  public Optional<String> runId() {
    return text(values, "run_id");
  }

  /** Where among the run's artifacts it stands. */
  public Optional<String> artifactPath() {
    return text(values, "artifact_path");
  }

  /** The id that the save gave it. */
  public Optional<String> modelUuid() {
    return text(values, "model_uuid");
  }

  /** When it was saved: {@code 2025-11-19 13:50:29.123456}, UTC. */
  public Optional<String> utcTimeCreated() {
    return text(values, "utc_time_created");
  }

  /** The release of MLflow whose form the folder has. */
  public Optional<String> mlflowVersion() {
    return text(values, "mlflow_version");
  }

  /** The columns, if the folder tells them. */
  public Optional<Signature> signature() {
    return signature;
  }

  /** The flavors by name, each with its keys. */
  public Map<String, Map<String, Object>> flavors() {
    Map<String, Map<String, Object>> flavors = new TreeMap<>();
    map(values.get("flavors")).forEach((name, keys) -> flavors.put(name, map(keys)));
    return flavors;
  }

  /** The free entries. */
  public Map<String, Object> metadata() {
    return map(values.get("metadata"));
  }

  /**
   * What this library wrote about the save: versions, classes and jars; empty for others' models.
   */
  public Map<String, Object> runlake() {
    return map(metadata().get(RUNLAKE));
  }

  /** The keys of the flavor {@code spark}. */
  Map<String, Object> sparkFlavor() {
    Map<String, Map<String, Object>> flavors = flavors();
    Map<String, Object> spark = flavors.get("spark");
    if (spark == null) {
      Object loader = flavors.getOrDefault("python_function", Map.of()).get("loader_module");
      throw new ModelException(
          Kind.BAD_FORMAT,
          path,
          "The model at "
              + path
              + " has the flavors "
              + flavors.keySet()
              + (loader == null ? "" : " (loader " + loader + ")")
              + ", not 'spark'. Only Spark models are loaded here; others are Python objects, which"
              + " would have to be unpickled");
    }
    return spark;
  }

  /** A text, or a number that YAML made of one; empty when absent or null. */
  static Optional<String> text(Map<String, Object> values, String key) {
    return Optional.ofNullable(values.get(key)).map(Objects::toString);
  }

  private static Map<String, Object> map(Object value) {
    Map<String, Object> copy = new TreeMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> copy.put(String.valueOf(key), inner));
    }
    return copy;
  }
}
