package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.flavor.ModelException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeYamlTest {
  @Test
  void scalarsMeanWhatTheyMeanToPython() {
    Map<String, Object> values =
        SafeYaml.read(
            """
            id: 12345678901234567890123456789e12
            date: 2015-02-04
            time: 10:30
            python: 3.11.2
            pi: 3.14
            small: 1.0e-05
            whole: 7
            yes_: yes
            nothing: null
            empty:
            quoted: '3'
            list: [1, a]
            """,
            "x.yaml");

    assertThat(values)
        .containsEntry("id", "12345678901234567890123456789e12")
        .containsEntry("date", "2015-02-04")
        .containsEntry("time", "10:30")
        .containsEntry("python", "3.11.2")
        .containsEntry("pi", 3.14)
        .containsEntry("small", 1.0e-5)
        .containsEntry("whole", 7)
        .containsEntry("yes_", true)
        .containsEntry("nothing", null)
        .containsEntry("empty", null)
        .containsEntry("quoted", "3")
        .containsEntry("list", List.of(1, "a"));
    assertThat(values.keySet()).startsWith("id", "date");
  }

  @Test
  void keysKnowTheirLines() {
    SafeYaml.Document document =
        SafeYaml.parse("model: models:/a/1\ninput:\n  path: /x\n  format: csv\n", "job.yaml");

    assertThat(document.lines())
        .containsEntry("model", 1)
        .containsEntry("input", 2)
        .containsEntry("input.path", 3)
        .containsEntry("input.format", 4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: !!javax.script.ScriptEngineManager [1]",
        "a: !!java.net.URL ['http://localhost/']",
        "!!io.runlake.flavor.Doubling x",
        "a: !mine b",
        "a: !!python/object:os.system b",
        "a: !!set {x, y}",
        "a: !!binary aGVsbG8="
      })
  void tagsAreRefused(String yaml) {
    refused(yaml).hasMessageContaining("line 1").hasMessageContaining("tag");
  }

  @Test
  void laughsAreRefused() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [lol, lol]\n");
    for (int i = 1; i < 30; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    refused(yaml.toString());
    refused("a: &a [*a]");
    refused("a: &a {b: *a}");
  }

  @Test
  void depthAndSizeAreBounded() {
    refused("a: " + "[".repeat(10_000));
    refused("a: " + "[".repeat(60) + "]".repeat(60));
    refused("a: " + "x".repeat(SafeYaml.MAX_CHARACTERS)).hasMessageContaining("characters");
    assertThat(SafeYaml.read("a: " + "[".repeat(20) + "]".repeat(20), "x")).hasSize(1);
  }

  @Test
  void keysThatStandTwiceAreRefused() {
    refused("a: 1\nb: 2\na: 3\n").hasMessageContaining("line 3").hasMessageContaining("'a'");
    refused("a: {b: 1, b: 2}").hasMessageContaining("'b'");
    refused("1: a\n'1': b").hasMessageContaining("'1'");
  }

  @Test
  void errorsTellLineAndColumn() {
    refused("a: 1\nb: [1, 2\nc: 3\n").hasMessageContaining("Bad YAML in bad.yaml, line 3");
    refused("a: 1\n\tb: 2\n").hasMessageContaining("line 2, column 1");
    refused("- a\n- b\n").hasMessageContaining("no map");
    refused("").hasMessageContaining("empty");
    refused("a: 1\n---\nb: 2\n");
    refused("a: \u0000");
    refused("? {a: 1}\n: 2\n").hasMessageContaining("key");
  }

  @Test
  void whatIsWrittenIsWhatPythonWrites() throws Exception {
    for (String release : List.of("2.17.0", "3.5.1")) {
      for (String sample : List.of("lr_pipeline_plain", "lr_pipeline_sig_example")) {
        for (String file : List.of("MLmodel", "conda.yaml", "python_env.yaml")) {
          Path path = Samples.folder(release).resolve(sample).resolve(file);
          String text = Files.readString(path);
          assertThat(SafeYaml.write(SafeYaml.read(text, file))).isEqualTo(text);
        }
      }
    }
  }

  @Test
  void whateverStandsInADescriptorIsReadOrRefused() throws Exception {
    String good =
        Files.readString(Samples.folder("3.5.1").resolve("lr_pipeline_sig_example/MLmodel"));
    String signs = "{}[]:,&*!|>'\"%@`#-?\t\n \u0000\u00e9\ud83d\ude00aZ0~<=";
    Random random = new Random(20151);
    int read = 0;
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      StringBuilder text = new StringBuilder(good);
      for (int k = random.nextInt(4); k >= 0; k--) {
        int at = random.nextInt(text.length());
        String sign = String.valueOf(signs.charAt(random.nextInt(signs.length())));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, sign.charAt(0));
          case 1 -> text.insert(at, sign.repeat(1 + random.nextInt(60)));
          default -> text.delete(at, Math.min(text.length(), at + random.nextInt(40)));
        }
      }
      try {
        MlModel.parse(text.toString(), "m").sparkFlavor();
        read++;
      } catch (ModelException e) {
        refused++;
      }
    }
    assertThat(read).isGreaterThan(400);
    assertThat(refused).isGreaterThan(400);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(String yaml) {
    return assertThatThrownBy(() -> SafeYaml.read(yaml, "bad.yaml"))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_FORMAT))
        .hasMessageContaining("bad.yaml");
  }
}
