package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.flavor.ModelException.Kind;
import io.runlake.testkit.TestSpark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.SQLTransformer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder that is not what it says is refused, with a reason, before Spark's loader sees it. */
class LoadChecksTest {
  @TempDir Path temp;
  private Path theirs;
  private Path ours;

  @BeforeEach
  void copy() throws Exception {
    theirs =
        Samples.copy(
            Samples.folder("2.17.0").resolve("lr_pipeline_sig_example"), temp.resolve("theirs"));
    ours = temp.resolve("ours");
    PipelineModel model =
        SparkModels.load(TestSpark.session(), theirs.toString(), LoadOptions.defaults()).model();
    SparkModels.save(model, ours.toString(), SaveOptions.defaults());
  }

  @Test
  void aChangedFileIsNamed() throws Exception {
    Path data = one(ours.resolve("sparkml/stages"), "/data/part-");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    write(data, bytes);

    refused(ours, Kind.DAMAGED)
        .hasMessageContaining("changed [sparkml/stages/1_")
        .hasMessageContaining("missing []");
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    Files.delete(ours.resolve("requirements.txt"));
    refused(ours, Kind.DAMAGED).hasMessageContaining("missing [requirements.txt]");
  }

  @Test
  void anAddedFileIsNamed() throws Exception {
    Files.writeString(ours.resolve("sparkml/metadata/part-99999"), "{}");
    refused(ours, Kind.DAMAGED).hasMessageContaining("added [sparkml/metadata/part-99999]");
  }

  @Test
  void aChangedDescriptorIsNoticed() throws Exception {
    Path descriptor = ours.resolve("MLmodel");
    write(
        descriptor,
        Files.readString(descriptor)
            .replace("mlflow_version: 3.5.1", "mlflow_version: 3.5.2")
            .getBytes(StandardCharsets.UTF_8));
    refused(ours, Kind.DAMAGED).hasMessageContaining("changed [MLmodel]");
  }

  @Test
  void whatMlflowAddsToADownloadIsNoDamage() throws Exception {
    Files.writeString(ours.resolve("registered_model_meta"), "model_name: x\n");
    Files.writeString(ours.resolve(".DS_Store"), "x");
    assertThat(load(ours, LoadOptions.defaults()).model().stages()).hasSize(2);
  }

  @Test
  void aForgedManifestDoesNotPassTheDigest() throws Exception {
    String registered = ModelManifest.digest(ours.toString());
    Files.writeString(ours.resolve("requirements.txt"), "evil==1.0");
    ModelManifest forged =
        ModelManifest.compute(
            ModelFolder.open(ours.toString(), ModelFolder.configuration()), java.util.Map.of());
    write(ours.resolve("runlake.sha256"), forged.text().getBytes(StandardCharsets.UTF_8));

    assertThat(load(ours, LoadOptions.defaults()).digest()).isNotEqualTo(registered);
    assertThatThrownBy(() -> load(ours, LoadOptions.defaults().withExpectedDigest(registered)))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DAMAGED))
        .hasMessageContaining("not the one that was registered");
  }

  @Test
  void aFolderWithoutManifestHasADigestOfItsFiles() throws Exception {
    String digest = ModelManifest.digest(theirs.toString());
    assertThat(load(theirs, LoadOptions.defaults().withExpectedDigest(digest)).digest())
        .isEqualTo(digest);
    assertThatThrownBy(() -> load(theirs, LoadOptions.defaults().withRequireManifest(true)))
        .hasMessageContaining("no manifest");

    Files.writeString(theirs.resolve("requirements.txt"), "evil==1.0");
    assertThat(ModelManifest.digest(theirs.toString())).isNotEqualTo(digest);

    String own = ModelManifest.digest(ours.toString());
    Files.delete(ours.resolve("runlake.sha256"));
    assertThat(ModelManifest.digest(ours.toString())).isEqualTo(own);
  }

  @Test
  void aBrokenManifestIsRefused() throws Exception {
    for (String text : List.of("", "nonsense\n", "0".repeat(64) + "  a\n")) {
      write(ours.resolve("runlake.sha256"), text.getBytes(StandardCharsets.UTF_8));
      refused(ours, Kind.DAMAGED).hasMessageContaining("manifest");
    }
  }

  @Test
  void aClassOutsideTheListIsNeverTouched() throws Exception {
    System.clearProperty("runlake.test.sentinel");
    Path metadata =
        theirs.resolve("sparkml/stages/0_VectorAssembler_4559746ea86b/metadata/part-00000");
    write(
        metadata,
        Files.readString(metadata)
            .replace("org.apache.spark.ml.feature.VectorAssembler", Sentinel.class.getName())
            .getBytes(StandardCharsets.UTF_8));

    refused(theirs, Kind.FORBIDDEN_CLASS)
        .hasMessageContaining(Sentinel.class.getName())
        .hasMessageContaining("0_VectorAssembler_4559746ea86b/metadata/part-00000")
        .hasMessageContaining("allow-list");
    assertThat(System.getProperty("runlake.test.sentinel")).isNull();
    assertThatThrownBy(
            () ->
                load(
                    theirs,
                    LoadOptions.defaults()
                        .withAllow(AllowList.standard().plus(List.of("io.runlake.flavor.*")))))
        .hasMessageContaining("cannot load the model");
    assertThat(System.getProperty("runlake.test.sentinel")).as("the check can fail").isNotNull();
  }

  @Test
  void aClassInASecondFileOrKeyIsFoundToo() throws Exception {
    Path folder = theirs.resolve("sparkml/stages/0_VectorAssembler_4559746ea86b/metadata");
    Files.writeString(folder.resolve("part-00001"), "{\"class\":\"com.evil.X\"}");
    refused(theirs, Kind.FORBIDDEN_CLASS).hasMessageContaining("com.evil.X");
    Files.delete(folder.resolve("part-00001"));

    Files.writeString(folder.resolve("aaa.txt"), "{\"class\":\"com.evil.X\"}");
    refused(theirs, Kind.DAMAGED).hasMessageContaining("aaa.txt");
    Files.delete(folder.resolve("aaa.txt"));

    write(
        folder.resolve("part-00000"),
        ("{\"class\":\"org.apache.spark.ml.feature.VectorAssembler\",\"class\":\"com.evil.X\"}")
            .getBytes(StandardCharsets.UTF_8));
    refused(theirs, Kind.DAMAGED).hasMessageContaining("Duplicate field 'class'");
  }

  @Test
  void aClassInAParquetFooterIsChecked() throws Exception {
    Path data = temp.resolve("udt");
    TestSpark.session()
        .range(1)
        .selectExpr("CAST(id AS string) AS x")
        .write()
        .parquet(data.toString());
    Path part = one(data, "/part-");
    byte[] bytes = Files.readAllBytes(part);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String plain = "\"type\":\"string\",\"nullable\":false,\"metadata\":{}";
    assertThat(text).contains(plain);
    String udt = "\"type\":{\"type\":\"udt\",\"class\":\"a.X\"}";
    byte[] patched =
        text.replace(plain, udt + " ".repeat(plain.length() - udt.length()))
            .getBytes(StandardCharsets.ISO_8859_1);
    Files.write(
        theirs.resolve("sparkml/stages/1_LogisticRegression_68bb227f3ba2/data/part-9.bin"),
        patched);

    refused(theirs, Kind.FORBIDDEN_CLASS)
        .hasMessageContaining("a.X")
        .hasMessageContaining("part-9.bin");
  }

  @Test
  void sqlThatCallsJavaIsRefused() {
    for (String sql :
        List.of(
            "SELECT *, reflect('java.lang.System', 'exit', 1) x FROM __THIS__",
            "SELECT *, Java_Method('java.lang.System', 'exit', 1) x FROM __THIS__")) {
      String path = temp.resolve("sql" + sql.length()).toString();
      SparkModels.save(
          new PipelineModel("p", List.<Transformer>of(new SQLTransformer().setStatement(sql))),
          path,
          SaveOptions.defaults());
      refused(Path.of(path), Kind.FORBIDDEN_CLASS).hasMessageContaining("calls Java methods");
    }
  }

  @Test
  void malformedDescriptorsAreRefused() throws Exception {
    Path descriptor = theirs.resolve("MLmodel");
    String good = Files.readString(descriptor);
    write(descriptor, "a: !!java.net.URL [x]".getBytes(StandardCharsets.UTF_8));
    refused(theirs, Kind.BAD_FORMAT).hasMessageContaining("MLmodel, line 1");
    write(descriptor, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    refused(theirs, Kind.BAD_FORMAT).hasMessageContaining("not UTF-8");
    write(descriptor, "run_id: x".getBytes(StandardCharsets.UTF_8));
    refused(theirs, Kind.BAD_FORMAT).hasMessageContaining("names no flavors");
    write(
        descriptor,
        good.replace("model_data: sparkml", "model_data: ../other")
            .getBytes(StandardCharsets.UTF_8));
    refused(theirs, Kind.BAD_FORMAT).hasMessageContaining("'../other'");
    write(
        descriptor,
        good.replace("\"name\": \"a\"", "\"name\": \"c\"").getBytes(StandardCharsets.UTF_8));
    refused(theirs, Kind.SIGNATURE).hasMessageContaining("does not fit the model");
  }

  @Test
  void whatIsNotThereIsNotFound() throws Exception {
    refused(temp.resolve("nowhere"), Kind.NOT_FOUND).hasMessageContaining("There is no model at");
    refused(Files.createDirectory(temp.resolve("empty")), Kind.NOT_FOUND)
        .hasMessageContaining("no MLmodel");
    Files.delete(theirs.resolve("MLmodel"));
    refused(theirs, Kind.DAMAGED).hasMessageContaining("did not end");
  }

  @Test
  void missingStagesAreRefused() throws Exception {
    Files.delete(
        theirs.resolve("sparkml/stages/0_VectorAssembler_4559746ea86b/metadata/part-00000"));
    refused(theirs, Kind.INCOMPATIBLE).hasMessageContaining("saved by Spark 3.5.1");
    Files.delete(theirs.resolve("sparkml/metadata/part-00000"));
    refused(theirs, Kind.DAMAGED).hasMessageContaining("no stage in sparkml/metadata/");
  }

  @Test
  void treesOfSpark41AreForSpark41() {
    assertThat(ModelLoader.readsTrees("4.1.0", "4.1.0")).isTrue();
    assertThat(ModelLoader.readsTrees("4.1.0", "3.5.3")).isTrue();
    assertThat(ModelLoader.readsTrees("4.0.1", "4.0.1")).isTrue();
    assertThat(ModelLoader.readsTrees("5.0.0", "4.2.0")).isTrue();
    assertThat(ModelLoader.readsTrees("4.0.1", "4.1.0")).isFalse();
    assertThat(ModelLoader.readsTrees("3.5.3", "4.10.0-SNAPSHOT")).isFalse();
    assertThat(ModelLoader.readsTrees("3.5.3", "unknown")).isTrue();
  }

  private static LoadedModel load(Path path, LoadOptions options) {
    return SparkModels.load(TestSpark.session(), path.toString(), options);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(Path path, Kind kind) {
    return assertThatThrownBy(() -> load(path, LoadOptions.defaults()))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).as(e.toString()).isEqualTo(kind))
        .hasMessageContaining(path.toString());
  }

  private static Path one(Path folder, String name) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains(name))
          .findFirst()
          .orElseThrow();
    }
  }

  /** As someone would who knows that Hadoop keeps a checksum beside a local file. */
  private static void write(Path file, byte[] contents) throws Exception {
    Files.write(file, contents);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }

  /** Tells when it is initialised. */
  public static final class Sentinel {
    static {
      System.setProperty("runlake.test.sentinel", "touched");
    }

    private Sentinel() {}

    /** Called by Spark's loader. */
    public static Object read() {
      return null;
    }
  }
}
