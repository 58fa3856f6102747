package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.flavor.AllowList;
import io.runlake.flavor.LoadOptions;
import io.runlake.flavor.SparkModels;
import io.runlake.tracking.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An estimator of somebody else, compiled here into a jar of its own that only a class loader of
 * its own knows, as {@code --jars} brings it: its params and its model are logged like MLlib's.
 */
class StrangerTest {
  private static final String ESTIMATOR = "com.example.ml.Shift";
  @TempDir Path temp;
  private AutologFixture fixture;
  private ClassLoader before;
  private URLClassLoader loader;

  @BeforeEach
  void jar() throws Exception {
    fixture = new AutologFixture(temp.resolve("store"));
    loader =
        new URLClassLoader(
            new URL[] {compiled().toUri().toURL()}, StrangerTest.class.getClassLoader());
    before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(loader);
  }

  @AfterEach
  void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    AutologFixture.settle();
    TrackingTarget.closeAll();
    loader.close();
  }

  @Test
  void isLoggedByWeaving() throws Exception {
    Autolog.enable(fixture.spark);
    Transformer model = shift("x".repeat(10_000)).fit(fixture.data);
    Run run = fixture.onlyRun();
    assertThat(run.tags())
        .containsEntry("estimator_name", "Shift")
        .containsEntry("estimator_class", ESTIMATOR)
        .containsKey(ModelHistory.TAG);
    assertThat(run.params())
        .containsEntry("amount", "2.5")
        .containsEntry("columns", "['Light', 'CO2']")
        .containsEntry("keep", "True");
    assertThat(run.params().get("note")).hasSize(6_000).startsWith("xxx").endsWith("x...");
    assertComesBack(run, model);
  }

  @Test
  void isLoggedByTheWrapper() throws Exception {
    Transformer model = wrapped(shift("short"));
    Run run = fixture.onlyRun();
    assertThat(run.params()).containsEntry("note", "short").containsEntry("amount", "2.5");
    assertComesBack(run, model);
  }

  @Test
  void isAStageOfAPipelineLikeAnyOther() throws Exception {
    Autolog.enable(fixture.spark);
    new Pipeline()
        .setStages(new PipelineStage[] {shift("n"), AutologFixture.assembler()})
        .fit(fixture.data);
    assertThat(fixture.onlyRun().params())
        .containsEntry("stages", "['Shift', 'VectorAssembler']")
        .containsEntry("Shift.amount", "2.5");
  }

  private void assertComesBack(Run run, Transformer model) {
    LoadOptions theirs =
        LoadOptions.defaults().withAllow(AllowList.standard().plus(List.of("com.example.ml.*")));
    Transformer loaded =
        SparkModels.load(fixture.spark, run.info().artifactUri() + "/model", theirs).model();
    assertThat(loaded.transform(fixture.data).collectAsList())
        .hasSize(300)
        .isEqualTo(model.transform(fixture.data).collectAsList());
  }

  private Estimator<? extends Transformer> shift(String note) throws Exception {
    Class<?> theirs = loader.loadClass(ESTIMATOR);
    assertThat(theirs.getClassLoader()).isSameAs(loader);
    Object estimator = theirs.getConstructor().newInstance();
    theirs.getMethod("setNote", String.class).invoke(estimator, note);
    return cast(estimator);
  }

  @SuppressWarnings("unchecked")
  private static Estimator<? extends Transformer> cast(Object estimator) {
    return (Estimator<? extends Transformer>) estimator;
  }

  /** The model's type is known to the other class loader only. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private Transformer wrapped(Estimator estimator) {
    return Autolog.fit(estimator, fixture.data);
  }

  private Path compiled() throws Exception {
    Path sources = Files.createDirectories(temp.resolve("src/com/example/ml"));
    Path classes = Files.createDirectories(temp.resolve("classes"));
    for (String name : List.of("Shift", "ShiftModel")) {
      try (var in = StrangerTest.class.getResourceAsStream("/stranger/" + name + ".java.txt")) {
        Files.copy(in, sources.resolve(name + ".java"));
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int result =
        compiler.run(
            null,
            null,
            null,
            "-proc:none",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            sources.resolve("Shift.java").toString(),
            sources.resolve("ShiftModel.java").toString());
    assertThat(result).isZero();
    return packed(classes);
  }

  private Path packed(Path classes) throws IOException {
    Path jar = temp.resolve("stranger.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, entries);
      }
    }
    return jar;
  }
}
