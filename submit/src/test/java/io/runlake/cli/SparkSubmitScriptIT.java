package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkSubmitScriptIT {
  private static final String SCRIPT = Scripts.script("spark-submit").toString();

  @TempDir Path temp;

  @Test
  void aSparkHomeOfAnUnsupportedLineIsRefused() throws Exception {
    Path home = sparkHome("old home", "spark-core_2.12-3.4.1.jar");
    var outcome = submit(home, "--version");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .contains(home.toString(), "3.4.1", "3.5, 4.0 and 4.1", "unset it")
        .doesNotContain("unbound variable");
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void aDirectoryThatIsNoSparkHomeIsRefused() throws Exception {
    Path home = Files.createDirectory(temp.resolve("nothing"));
    assertThat(submit(home, "--version"))
        .satisfies(
            outcome -> {
              assertThat(outcome.exitCode()).isEqualTo(2);
              assertThat(outcome.err()).contains(home.toString(), "spark-core_2.12-*");
            });
    assertThat(submit(temp.resolve("absent"), "--version").err()).contains("not a directory");
  }

  /** A whole distribution brings its own script, which gets every argument as it was given. */
  @Test
  void aSupportedHomeWithItsOwnScriptRunsThatScript() throws Exception {
    Path home = sparkHome("a home", "spark-core_2.12-3.5.3.jar");
    Path own = Files.createDirectories(home.resolve("bin")).resolve("spark-submit");
    Files.writeString(own, "#!/bin/sh\nprintf '[%s]' \"$@\"\nexit 7\n");
    assertThat(own.toFile().setExecutable(true)).isTrue();
    var outcome = submit(home, "--class", "a b", "it's \"x\"");
    assertThat(outcome.out()).isEqualTo("[--class][a b][it's \"x\"]");
    assertThat(outcome.exitCode()).isEqualTo(7);
  }

  @Test
  @Tag("slow")
  void withoutSparkHomeTheEmbeddedSparkAnswersFromAnyDirectory() throws Exception {
    Path elsewhere = Files.createDirectory(temp.resolve("some where"));
    var outcome = Scripts.run(elsewhere, Map.of(), List.of(SCRIPT, "--version"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("version 4.1.0", "Scala version 2.13");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  @Tag("slow")
  void sparksOwnExitCodeComesThrough() throws Exception {
    var outcome =
        Scripts.run(
            temp, Map.of(), List.of(SCRIPT, "--class", "no.such.Class", "/no such place/a.jar"));
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.err()).contains("/no such place/a.jar");
  }

  private Scripts.Outcome submit(Path home, String... args) throws Exception {
    var command = new java.util.ArrayList<>(List.of(SCRIPT));
    command.addAll(List.of(args));
    return Scripts.run(temp, Map.of("SPARK_HOME", home.toString()), command);
  }

  private Path sparkHome(String name, String coreJar) throws IOException {
    Path home = temp.resolve(name);
    Files.createFile(Files.createDirectories(home.resolve("jars")).resolve(coreJar));
    return home;
  }
}
