package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.flavor.ModelException.Kind;
import io.runlake.testkit.TestSpark;
import io.runlake.testkit.Unreadable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SaveAndLoadTest {
  private static Dataset<Row> training;
  private static PipelineModel model;

  @TempDir Path temp;

  @BeforeAll
  static void train() {
    training = Samples.input("2.17.0");
    model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler("VectorAssembler_4559746ea86b")
                      .setInputCols(new String[] {"a", "b"})
                      .setOutputCol("features"),
                  new LogisticRegression("LogisticRegression_68bb227f3ba2").setMaxIter(5)
                })
            .fit(training);
  }

  private SaveOptions full() {
    return SaveOptions.defaults()
        .withRun("0193e2f1a0b07c3d8e4f5a6b7c8d9e0f", "model")
        .withSignature(Signature.infer(training.schema(), model))
        .withExample(
            new InputExample(List.of("a", "b"), List.of(List.of(0.5, 0.25), List.of(1.0, -2.0))));
  }

  @Test
  void aSavedModelLoadsAndPredictsTheSame() {
    String path = temp.resolve("model").toString();
    SavedModel saved = SparkModels.save(model, path, full());
    LoadedModel loaded =
        SparkModels.load(
            TestSpark.session(),
            path,
            LoadOptions.defaults().withExpectedDigest(saved.digest()).withRequireManifest(true));

    assertThat(loaded.digest()).isEqualTo(saved.digest()).hasSize(64);
    assertThat(loaded.signature()).isEqualTo(saved.signature());
    assertThat(loaded.descriptor().modelUuid()).contains(saved.modelUuid());
    assertThat(predictions(loaded.model())).isEqualTo(predictions(model)).hasSize(200);
    assertThat(ModelManifest.digest(path)).isEqualTo(saved.digest());
    assertThat(ModelManifest.verify(path)).isEqualTo(saved.digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.17.0", "3.5.1"})
  void theFolderHasEveryFileAndKeyOfMlflowsOwn(String release) throws Exception {
    for (String sample : List.of("lr_pipeline_plain", "lr_pipeline_sig_example")) {
      SaveOptions options = sample.endsWith("plain") ? SaveOptions.defaults() : full();
      Path path = temp.resolve(sample);
      SparkModels.save(model, path.toString(), options);
      Path theirs = Samples.folder(release).resolve(sample);

      assertThat(shape(path)).containsAll(shape(theirs)).contains("sparkml/metadata/part-*");
      for (String yaml : List.of("MLmodel", "conda.yaml", "python_env.yaml")) {
        TreeSet<String> wanted = keys(theirs.resolve(yaml));
        assertThat(wanted).isNotEmpty();
        assertThat(keys(path.resolve(yaml))).as(sample + "/" + yaml).containsAll(wanted);
      }
      assertThat(Files.readAllLines(path.resolve("requirements.txt")))
          .containsExactly("mlflow>=2.17,<4", "pyspark==4.1.0");
    }
  }

  @Test
  void theExampleIsWrittenAsPythonWritesIt() throws Exception {
    Path path = temp.resolve("model");
    SparkModels.save(model, path.toString(), full());

    assertThat(path.resolve("input_example.json"))
        .hasContent("{\"columns\": [\"a\", \"b\"], \"data\": [[0.5, 0.25], [1.0, -2.0]]}");
    assertThat(Files.readString(path.resolve("serving_input_example.json")))
        .startsWith(
            "{\n  \"dataframe_split\": {\n    \"columns\": [\n      \"a\",\n      \"b\"\n    ],\n")
        .contains("      [\n        0.5,\n        0.25\n      ],");
  }

  @Test
  void whatMlmodelHasNoWordForStandsUnderMetadata() {
    String path = temp.resolve("model").toString();
    SparkModels.save(model, path, full().withMetadata(Map.of("team", "sensors")));
    MlModel descriptor = MlModel.read(path);

    assertThat(descriptor.metadata()).containsEntry("team", "sensors");
    assertThat(descriptor.runlake())
        .containsEntry("spark_version", TestSpark.session().version())
        .containsEntry("java_version", System.getProperty("java.version"))
        .containsEntry("jars", List.of())
        .containsEntry("manifest", "runlake.sha256");
    assertThat(descriptor.runlake().get("scala_version").toString()).startsWith("2.13.");
    assertThat((List<?>) descriptor.runlake().get("classes"))
        .isEqualTo(
            List.of(
                "org.apache.spark.ml.PipelineModel",
                "org.apache.spark.ml.classification.LogisticRegressionModel",
                "org.apache.spark.ml.feature.VectorAssembler"));
    assertThat(descriptor.values()).containsEntry("run_id", "0193e2f1a0b07c3d8e4f5a6b7c8d9e0f");
    assertThat((Integer) descriptor.values().get("model_size_bytes")).isGreaterThan(1000);
  }

  @Test
  void theHistoryEntryIsMlflows() throws Exception {
    SavedModel saved = SparkModels.save(model, temp.resolve("model").toString(), full());

    assertThat(saved.historyJson())
        .isEqualTo(
            "{\"run_id\": \"0193e2f1a0b07c3d8e4f5a6b7c8d9e0f\", \"artifact_path\": \"model\","
                + " \"utc_time_created\": \""
                + saved.utcTimeCreated()
                + "\", \"model_uuid\": \""
                + saved.modelUuid()
                + "\", \"flavors\": {\"spark\": {\"pyspark_version\": \"4.1.0\", \"model_data\":"
                + " \"sparkml\", \"code\": null, \"model_class\":"
                + " \"pyspark.ml.pipeline.PipelineModel\"}, \"python_function\":"
                + " {\"loader_module\": \"mlflow.spark\", \"python_version\": \"3.11.9\", \"data\":"
                + " \"sparkml\", \"env\": {\"conda\": \"conda.yaml\", \"virtualenv\":"
                + " \"python_env.yaml\"}}}}");
    assertThat(saved.utcTimeCreated())
        .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    assertThat(saved.modelUuid()).matches("[0-9a-f]{32}");
  }

  @Test
  void aSingleModelIsWrappedInAPipeline() {
    String path = temp.resolve("model").toString();
    SparkModels.save(model.stages()[1], path, SaveOptions.defaults());

    assertThat(SparkModels.load(TestSpark.session(), path, LoadOptions.defaults()).model().stages())
        .hasSize(1);
  }

  @Test
  void nothingIsSavedOverSomething() throws Exception {
    Path path = Files.createDirectory(temp.resolve("model"));
    Files.writeString(path.resolve("notes.txt"), "mine");

    assertThatThrownBy(() -> SparkModels.save(model, path.toString(), SaveOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.EXISTS))
        .hasMessageContaining(path.toString());
    assertThat(Files.list(path)).hasSize(1);
  }

  @Test
  void anAbandonedSaveLeavesNoDescriptorAndDoesNotLoad() {
    Path path = temp.resolve("model");
    AtomicBoolean asked = new AtomicBoolean();
    SaveOptions options =
        SaveOptions.defaults()
            .withMayFinish(
                () -> {
                  asked.set(true);
                  assertThat(path.resolve("runlake.sha256")).exists();
                  return false;
                });

    assertThatThrownBy(() -> SparkModels.save(model, path.toString(), options))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ABANDONED));
    assertThat(asked).isTrue();
    assertThat(path.resolve("MLmodel")).doesNotExist();
    assertThatThrownBy(
            () -> SparkModels.load(TestSpark.session(), path.toString(), LoadOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DAMAGED))
        .hasMessageContaining("did not end");
  }

  @Test
  void anInterruptedLoadIsNoBadModelAndTheThreadStaysInterrupted() {
    String path = temp.resolve("model").toString();
    SparkModels.save(model, path, full());
    boolean interrupted;
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> SparkModels.load(TestSpark.session(), path, LoadOptions.defaults()))
          .isInstanceOfSatisfying(
              ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ABANDONED));
    } finally {
      interrupted = Thread.interrupted();
    }
    assertThat(interrupted).isTrue();
  }

  @Test
  void theManifestIsWhatSha256sumReads() throws Exception {
    Path path = temp.resolve("model");
    SparkModels.save(model, path.toString(), full());
    Process check =
        new ProcessBuilder("sha256sum", "-c", "--strict", "runlake.sha256")
            .directory(path.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(check.getInputStream().readAllBytes());

    assertThat(check.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("MLmodel: OK")
        .containsPattern("sparkml/metadata/part-00000\\S*: OK");
  }

  @Test
  void aStrangersStageIsSavedWithItsJarAndLoadedWhenAllowed() {
    String path = temp.resolve("model").toString();
    SparkModels.save(
        new Doubling("d").setColumns("a", "c"),
        path,
        SaveOptions.defaults()
            .withPythonVersion("3.12.1")
            .withRequirements(List.of("mlflow==3.5.0", "acme")));
    MlModel descriptor = MlModel.read(path);

    assertThat(descriptor.runlake()).containsEntry("jars", List.of("test-classes"));
    assertThat(temp.resolve("model/requirements.txt")).hasContent("mlflow==3.5.0\nacme");
    assertThat(descriptor.flavors().get("python_function"))
        .containsEntry("python_version", "3.12.1");
    assertThatThrownBy(() -> SparkModels.load(TestSpark.session(), path, LoadOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.FORBIDDEN_CLASS);
              assertThat(e.subject()).isEqualTo(Doubling.class.getName());
            });
    AllowList one = AllowList.standard().plus(List.of(Doubling.class.getName()));
    assertThat(
            SparkModels.load(TestSpark.session(), path, LoadOptions.defaults().withAllow(one))
                .model()
                .transform(training)
                .columns())
        .contains("c");
  }

  @Test
  void whatSparkCannotSaveIsNamed() {
    assertThatThrownBy(
            () ->
                SparkModels.save(
                    new Unwritable(), temp.resolve("m").toString(), SaveOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_WRITABLE))
        .hasMessageContaining("unwritable_1");
    assertThat(temp.resolve("m/MLmodel")).doesNotExist();
  }

  @Test
  void storageThatFailsIsAClearError() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "x");
    assertThatThrownBy(() -> SparkModels.save(model, file + "/model", SaveOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STORAGE))
        .hasMessageContaining(file + "/model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"MLmodel", ModelManifest.FILE})
  void aFileThatCannotBeOpenedDoesNotDamageTheModel(String file) throws Exception {
    String path = temp.resolve("model").toString();
    SparkModels.save(model, path, SaveOptions.defaults());
    Files.delete(Path.of(path, file));
    Files.createSymbolicLink(Path.of(path, file), Unreadable.file());
    assertThatThrownBy(() -> SparkModels.load(TestSpark.session(), path, LoadOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STORAGE))
        .hasMessageContaining("Permission denied");
  }

  @Test
  void theThreadsSessionIsPutBack() {
    SparkSession other = TestSpark.session().newSession();
    SparkSession.setActiveSession(other);
    try {
      SparkModels.load(
          TestSpark.session(), Samples.path("2.17.0", "lr_pipeline_plain"), LoadOptions.defaults());
      assertThat(SparkSession.active()).isSameAs(other);
    } finally {
      SparkSession.setActiveSession(TestSpark.session());
    }
  }

  @Test
  void allowListsAreOfNamesAndPackages() {
    AllowList list = AllowList.standard().plus(List.of("com.acme.*", "org.x.Y"));
    assertThat(list.allows("org.apache.spark.ml.feature.VectorAssembler")).isTrue();
    assertThat(list.allows("com.acme.deep.Stage")).isTrue();
    assertThat(list.allows("org.x.Y")).isTrue();
    assertThat(list.allows("org.apache.spark.mlx.Evil")).isFalse();
    assertThat(list.allows("org.apache.spark.sql.X")).isFalse();
    assertThat(list.allows("com.acmeevil.X")).isFalse();
    assertThat(list.allows("org.x.Y2")).isFalse();
    assertThatThrownBy(() -> new AllowList(List.of("*"))).hasMessageContaining("'*'");
    assertThatThrownBy(() -> new AllowList(List.of("com.*.X"))).hasMessageContaining("'com.*.X'");
  }

  private static List<Row> predictions(PipelineModel model) {
    return model
        .transform(training)
        .select("id", "prediction", "probability")
        .orderBy("id")
        .collectAsList();
  }

  /** Relative file names, with the varying parts of Spark's names left out. */
  private static TreeSet<String> shape(Path folder) throws Exception {
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .map(name -> name.replaceAll("_[0-9a-f]{12}", "_*"))
          .map(name -> name.replaceAll("part-[0-9]+[^/]*", "part-*"))
          .forEach(names::add);
    }
    return names;
  }

  private static TreeSet<String> keys(Path yaml) throws Exception {
    return new TreeSet<>(
        new ArrayList<>(SafeYaml.parse(Files.readString(yaml), yaml.toString()).lines().keySet()));
  }

  /** A stage without a writer. */
  private static final class Unwritable extends Transformer {
    @Override
    public Dataset<Row> transform(Dataset<?> data) {
      return data.toDF();
    }

    @Override
    public StructType transformSchema(StructType schema) {
      return schema;
    }

    @Override
    public Transformer copy(ParamMap extra) {
      return this;
    }

    @Override
    public String uid() {
      return "unwritable_1";
    }
  }
}
