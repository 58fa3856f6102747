package io.runlake.flavor;

import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The model folders that MLflow itself wrote, see the README beside them. */
final class Samples {
  private Samples() {}

  static String path(String release, String name) {
    return folder(release).resolve(name).toString();
  }

  static Path folder(String release) {
    try {
      return Path.of(Samples.class.getResource("/mlflow/" + release).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Dataset<Row> input(String release) {
    return TestSpark.session()
        .read()
        .option("header", true)
        .schema("id int, a double, b double, cat string, label double, y double")
        .csv(folder(release).resolve("input-200.csv").toString());
  }

  static Dataset<Row> expected(String release, String model) {
    return TestSpark.session()
        .read()
        .option("header", true)
        .option("quote", "\"")
        .schema("id int, prediction double, probability string")
        .csv(folder(release).resolve("expected-" + model + "-200.csv").toString())
        .orderBy("id");
  }

  /** A copy that a test may damage. */
  static Path copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path to = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return target;
  }
}
