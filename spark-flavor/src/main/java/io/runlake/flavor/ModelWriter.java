package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import java.nio.charset.StandardCharsets;
import java.security.CodeSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.SparkSession;

/** One save: files first, MLmodel last, nothing taken back. */
final class ModelWriter {
  static final String DATA = "sparkml";
  static final String EXAMPLE = "input_example.json";
  static final String SERVING_EXAMPLE = "serving_input_example.json";

  /** The release of MLflow whose keys and files the folder has. */
  static final String MLFLOW_FORM = "3.5.1";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

  private final Transformer model;
  private final SaveOptions options;
  private final SparkSession spark;
  private final ModelFolder folder;
  private final String uuid = UUID.randomUUID().toString().replace("-", "");
  private final String created = LocalDateTime.now(ZoneOffset.UTC).format(TIME);

  ModelWriter(Transformer model, String path, SaveOptions options) {
    this.model = Objects.requireNonNull(model, "model");
    this.options = Objects.requireNonNull(options, "options");
    this.spark =
        ScalaInterop.liveSession()
            .orElseThrow(
                () ->
                    new ModelException(
                        Kind.NOT_WRITABLE,
                        path,
                        "Cannot save a model to "
                            + path
                            + ": this thread has no running SparkSession, and saving does not start"
                            + " one"));
    this.folder = ModelFolder.open(path, spark.sparkContext().hadoopConfiguration());
  }

  SavedModel write() {
    refuseExisting();
    writeStages();
    options
        .example()
        .ifPresent(
            example -> {
              write(EXAMPLE, example.json());
              write(SERVING_EXAMPLE, example.servingJson());
            });
    long modelBytes = ModelFolder.bytes(folder.files());
    PythonFiles python = new PythonFiles(options.environment(), spark.version());
    write(PythonFiles.CONDA, python.conda());
    write(PythonFiles.VIRTUALENV, python.virtualenv());
    write(PythonFiles.REQUIREMENTS, python.requirements());

    Map<String, Object> flavors = flavors();
    byte[] descriptor =
        SafeYaml.write(descriptor(flavors, modelBytes)).getBytes(StandardCharsets.UTF_8);
    ModelManifest manifest = ModelManifest.compute(folder, Map.of(MlModel.FILE, descriptor));
    write(ModelManifest.FILE, manifest.text());
    if (!options.mayFinish().getAsBoolean()) {
      throw new ModelException(
          Kind.ABANDONED,
          folder.path(),
          "The save to " + folder.path() + " was abandoned before MLmodel was written");
    }
    folder.write(MlModel.FILE, descriptor);
    return new SavedModel(
        folder.path(),
        uuid,
        created,
        options.runId(),
        options.artifactPath(),
        manifest.digest(),
        ModelFolder.bytes(folder.files()),
        flavors,
        options.signature());
  }

  private void refuseExisting() {
    if (folder.exists("")) {
      String what =
          folder.exists(MlModel.FILE)
              ? "a model"
              : "something without MLmodel, perhaps an unfinished save";
      throw new ModelException(
          Kind.EXISTS,
          folder.path(),
          "Cannot save to " + folder.path() + ": " + what + " stands there; choose a new path");
    }
  }

  private void writeStages() {
    PipelineModel pipeline =
        model instanceof PipelineModel already
            ? already
            : new PipelineModel("PipelineModel_" + uuid.substring(0, 12), List.of(model));
    try (SessionScope scope = new SessionScope(spark)) {
      pipeline.write().session(spark).save(folder.child(DATA));
    } catch (UnsupportedOperationException e) {
      throw new ModelException(
          Kind.NOT_WRITABLE,
          folder.path(),
          "Spark cannot save the model " + model.uid() + ": " + e.getMessage(),
          e);
    } catch (Exception e) { // a failed Spark job throws a checked exception, undeclared
      throw ModelFolder.storage(folder.path(), "write", e);
    }
  }

  /** In the order in which MLflow's tag lists them; MLmodel sorts them. */
  private Map<String, Object> flavors() {
    Map<String, Object> sparkFlavor = new LinkedHashMap<>();
    sparkFlavor.put("pyspark_version", PythonFiles.release(spark.version()));
    sparkFlavor.put("model_data", DATA);
    sparkFlavor.put("code", null);
    sparkFlavor.put("model_class", "pyspark.ml.pipeline.PipelineModel");
    Map<String, Object> environment = new LinkedHashMap<>();
    environment.put("conda", PythonFiles.CONDA);
    environment.put("virtualenv", PythonFiles.VIRTUALENV);
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("loader_module", "mlflow.spark");
    function.put("python_version", options.environment().pythonVersion());
    function.put("data", DATA);
    function.put("env", environment);
    Map<String, Object> flavors = new LinkedHashMap<>();
    flavors.put("spark", sparkFlavor);
    flavors.put("python_function", function);
    return flavors;
  }

  private Map<String, Object> descriptor(Map<String, Object> flavors, long modelBytes) {
    Map<String, Object> values = new TreeMap<>();
    options.artifactPath().ifPresent(path -> values.put("artifact_path", path));
    options.runId().ifPresent(id -> values.put("run_id", id));
    values.put("flavors", sorted(flavors));
    values.put("mlflow_version", MLFLOW_FORM);
    values.put("model_id", null);
    values.put("model_size_bytes", modelBytes);
    values.put("model_uuid", uuid);
    values.put("prompts", null);
    values.put("utc_time_created", created);
    values.put("metadata", metadata());
    options
        .signature()
        .ifPresent(
            signature -> {
              values.put("signature", SignatureJson.entries(signature));
              values.put("is_signature_from_type_hint", false);
              values.put("type_hint_from_example", false);
            });
    options
        .example()
        .ifPresent(
            example -> {
              Map<String, Object> info = new TreeMap<>();
              info.put("artifact_path", EXAMPLE);
              info.put("pandas_orient", "split");
              info.put("serving_input_path", SERVING_EXAMPLE);
              info.put("type", "dataframe");
              values.put("saved_input_example_info", info);
            });
    return values;
  }

  private Map<String, Object> metadata() {
    SavedStages stages = SavedStages.read(folder, DATA);
    Map<String, Object> ours = new TreeMap<>();
    ours.put("format", 1);
    ours.put("spark_version", spark.version());
    ours.put("scala_version", ScalaInterop.scalaVersion());
    ours.put("java_version", System.getProperty("java.version"));
    ours.put("classes", new ArrayList<>(stages.classes()));
    ours.put("jars", jars(stages));
    ours.put("manifest", ModelManifest.FILE);
    Map<String, Object> metadata = new TreeMap<>(options.metadata());
    metadata.put(MlModel.RUNLAKE, ours);
    return metadata;
  }

  /** The names of the jars that the classes beyond Spark's own came from. */
  private List<String> jars(SavedStages stages) {
    TreeSet<String> names = new TreeSet<>();
    for (Transformer leaf : Leaves.of(model)) {
      CodeSource source = leaf.getClass().getProtectionDomain().getCodeSource();
      if (stages.classes().contains(leaf.getClass().getName())
          && !AllowList.standard().allows(leaf.getClass().getName())
          && source != null
          && source.getLocation() != null) {
        String path = source.getLocation().getPath().replaceFirst("/+$", "");
        names.add(path.substring(path.lastIndexOf('/') + 1));
      }
    }
    return new ArrayList<>(names);
  }

  private static Map<String, Object> sorted(Map<?, ?> values) {
    Map<String, Object> copy = new TreeMap<>();
    values.forEach(
        (key, value) ->
            copy.put(String.valueOf(key), value instanceof Map<?, ?> map ? sorted(map) : value));
    return copy;
  }

  private void write(String file, String text) {
    folder.write(file, text.getBytes(StandardCharsets.UTF_8));
  }
}
