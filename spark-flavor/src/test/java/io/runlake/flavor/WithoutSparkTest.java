package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command line reads descriptors and digests without Spark and Scala on its class path. */
class WithoutSparkTest {
  @Test
  void descriptorDigestAndSignatureNeedNoSpark() throws Exception {
    List<URL> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String name = Path.of(entry).getFileName().toString();
      if (!name.startsWith("spark-") && !name.startsWith("scala-") && !name.startsWith("delta-")) {
        path.add(Path.of(entry).toUri().toURL());
      }
    }
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      assertThat(loader.getResource("org/apache/spark/sql/SparkSession.class")).isNull();
      assertThat(loader.getResource("scala/Option.class")).isNull();
      String model = Samples.path("2.17.0", "lr_pipeline_sig_example");

      Class<?> manifest = loader.loadClass(ModelManifest.class.getName());
      assertThat(manifest.getMethod("digest", String.class).invoke(null, model))
          .isEqualTo(ModelManifest.digest(model));
      assertThat(manifest.getMethod("verify", String.class).invoke(null, model))
          .isEqualTo(ModelManifest.digest(model));
      Class<?> descriptor = loader.loadClass(MlModel.class.getName());
      Object read = descriptor.getMethod("read", String.class).invoke(null, model);
      assertThat(descriptor.getMethod("signature").invoke(read).toString())
          .isEqualTo(MlModel.read(model).signature().toString());
      Class<?> uri = loader.loadClass(ModelUri.class.getName());
      assertThat(uri.getMethod("parse", String.class).invoke(null, "models:/a@b").toString())
          .contains("Alias");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }
}
