package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The training program of quickstart is a stranger to Runlake. */
class ExamplesIT {
  @Test
  void noClassOfTheExamplesNamesRunlake() throws Exception {
    int classes = 0;
    try (JarFile jar =
        new JarFile(Scripts.ROOT.resolve("submit/examples/target/runlake-examples.jar").toFile())) {
      for (var entry : jar.stream().filter(e -> e.getName().endsWith(".class")).toList()) {
        try (var in = jar.getInputStream(entry)) {
          String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
          assertThat(bytes).as(entry.getName()).doesNotContainIgnoringCase("runlake");
        }
        classes++;
      }
    }
    assertThat(classes).isPositive();
  }
}
