package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the scripts of {@code submit/bin} as a user does: in a child process, from elsewhere. */
final class Scripts {
  /** What a child process said and how it ended. */
  record Outcome(int exitCode, String out, String err) {}

  /**
   * In the warning that a fit did not wait for Runlake any longer. Nothing is lost; a cold JVM on a
   * slow machine is enough for it.
   */
  private static final String LATE = "could not be logged in time";

  static final Path ROOT = Path.of(System.getProperty("runlake.project.root"));
  private static final long TIMEOUT_MINUTES = 30;

  private Scripts() {}

  static Path script(String name) {
    return ROOT.resolve("submit/bin").resolve(name);
  }

  /**
   * Warnings and errors of Runlake, what it carries included, where the level and the logger come
   * first on a line. Without the one that nothing but a slow machine brings about.
   */
  static List<String> complaints(String err) {
    return err.lines()
        .filter(line -> line.startsWith("WARN io.runlake") || line.startsWith("ERROR io.runlake"))
        .filter(line -> !line.contains(LATE))
        .toList();
  }

  /**
   * Runs a command to its end. A null value in {@code environment} unsets the variable; {@code
   * SPARK_HOME} and Runlake's own variables are unset unless given.
   */
  static Outcome run(Path directory, Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("script", ".out");
    Path err = Files.createTempFile("script", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(command))
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(key -> key.equals("SPARK_HOME") || key.startsWith("RUNLAKE_"));
    environment.forEach(
        (key, value) -> {
          if (value == null) {
            builder.environment().remove(key);
          } else {
            builder.environment().put(key, value);
          }
        });
    Process process = builder.start();
    boolean ended = process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended).as("%s ends within %s minutes", command, TIMEOUT_MINUTES).isTrue();
    Outcome outcome =
        new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
    Files.delete(out);
    Files.delete(err);
    return outcome;
  }
}
