package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** One load: every check first, Spark's loader last. */
final class ModelLoader {
  private static final String PIPELINE = "org.apache.spark.ml.PipelineModel";
  private static final Pattern FOLDER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final SparkSession spark;
  private final LoadOptions options;
  private final ModelFolder folder;

  ModelLoader(SparkSession spark, String path, LoadOptions options) {
    this.spark = Objects.requireNonNull(spark, "spark");
    this.options = Objects.requireNonNull(options, "options");
    this.folder = ModelFolder.open(path, spark.sparkContext().hadoopConfiguration());
  }

  LoadedModel load() {
    try {
      return checkAndLoad();
    } catch (ModelException e) {
      if (!Interrupts.caused(e)) {
        throw e;
      }
      Thread.currentThread().interrupt();
      throw new ModelException(
          Kind.ABANDONED,
          folder.path(),
          "The load of the model at " + folder.path() + " was interrupted",
          e);
    }
  }

  private LoadedModel checkAndLoad() {
    MlModel descriptor = MlModel.parse(folder.readDescriptor(), folder.path());
    String data = dataFolder(descriptor.sparkFlavor());
    String digest = ModelManifest.verify(folder, options.requireManifest());
    options.expectedDigest().ifPresent(expected -> compareDigest(expected, digest));
    SavedStages stages = SavedStages.read(folder, data);
    stages.check(options.allow());
    UserTypes.check(folder, data, options.allow());
    SavedStages.Stage top = stages.top(data);
    if (!top.className().equals(PIPELINE)) {
      throw badFormat("its " + data + " holds a " + top.className() + ", not a " + PIPELINE);
    }
    refuseNewerTrees(stages);
    PipelineModel model = loadStages(data, top.sparkVersion());
    descriptor.signature().ifPresent(signature -> checkSignature(signature, model));
    return new LoadedModel(model, folder.path(), descriptor, digest);
  }

  private String dataFolder(Map<String, Object> flavor) {
    String data = Optional.ofNullable(flavor.get("model_data")).map(Object::toString).orElse("");
    if (!FOLDER_NAME.matcher(data).matches()) {
      throw badFormat(
          "model_data of the flavor 'spark' is '" + data + "', not a folder beside MLmodel");
    }
    String type = String.valueOf(flavor.get("model_class"));
    if (type.startsWith("pyspark.ml.connect.")) {
      throw badFormat("it is a model of Spark Connect (" + type + "), which is a Python object");
    }
    return data;
  }

  private void compareDigest(String expected, String digest) {
    if (!expected.equals(digest)) {
      throw new ModelException(
          Kind.DAMAGED,
          folder.path(),
          "The model at "
              + folder.path()
              + " is not the one that was registered: the digest of its files is "
              + digest
              + ", registered was "
              + expected);
    }
  }

  /**
   * Spark 4.1 changed how the trees of ensembles are stored; older readers do not know the columns.
   */
  private void refuseNewerTrees(SavedStages stages) {
    for (SavedStages.Stage stage : stages.all()) {
      boolean ensemble =
          stage.className().contains("RandomForest") || stage.className().contains(".GBT");
      if (ensemble && !readsTrees(spark.version(), stage.sparkVersion())) {
        throw new ModelException(
            Kind.INCOMPATIBLE,
            folder.path(),
            "The model at "
                + folder.path()
                + " has trees saved by Spark "
                + stage.sparkVersion()
                + ", which Spark "
                + spark.version()
                + " cannot read; use Spark 4.1 or newer");
      }
    }
  }

  static boolean readsTrees(String running, String savedBy) {
    return atLeast41(running) || !atLeast41(savedBy);
  }

  private static boolean atLeast41(String version) {
    String[] parts = version.split("\\.");
    try {
      int major = Integer.parseInt(parts[0]);
      return major > 4 || major == 4 && Integer.parseInt(parts[1]) >= 1;
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
      return false;
    }
  }

  private PipelineModel loadStages(String data, String savedBy) {
    try (SessionScope scope = new SessionScope(spark)) {
      return PipelineModel.read().session(spark).load(folder.child(data));
    } catch (Exception | LinkageError e) {
      throw new ModelException(
          Kind.INCOMPATIBLE,
          folder.path(),
          "Spark "
              + spark.version()
              + " cannot load the model at "
              + folder.path()
              + ", saved by Spark "
              + savedBy
              + ": "
              + e,
          e);
    }
  }

  /** A signature that its own model does not take is of another model. */
  private void checkSignature(Signature signature, PipelineModel model) {
    StructType schema = new StructType();
    for (ColumnSpec column : signature.inputs()) {
      Optional<DataType> type = SparkTypes.dataType(column.type());
      if (column.name().isEmpty() || type.isEmpty()) {
        return;
      }
      schema = schema.add(column.name().get(), type.get());
    }
    try {
      SignatureInference.outputOf(model, schema);
    } catch (ModelException e) {
      throw new ModelException(
          Kind.SIGNATURE,
          folder.path(),
          "The signature of the model at "
              + folder.path()
              + " does not fit the model. "
              + e.getMessage(),
          e);
    }
  }

  private ModelException badFormat(String why) {
    return new ModelException(
        Kind.BAD_FORMAT,
        folder.path(),
        "The model at " + folder.path() + " cannot be loaded: " + why);
  }
}
