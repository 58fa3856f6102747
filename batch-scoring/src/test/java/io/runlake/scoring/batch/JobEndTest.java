package io.runlake.scoring.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the program ends, in a JVM of its own. */
class JobEndTest {
  private record Ended(int exitCode, String said) {}

  @Test
  void whatIsDoneReturnsAndWhatIsNotHasItsExitCode() throws Exception {
    assertThat(run(false, "--help").exitCode()).isZero();
    assertThat(run(false, "--nonsense").exitCode()).isEqualTo(2);
  }

  /** There a job may end neither the JVM nor Spark; what it throws fails its task. */
  @Test
  void onDatabricksWhatIsNotDoneThrows() throws Exception {
    assertThat(run(true, "--help").exitCode()).isZero();
    Ended ended = run(true, "--nonsense");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.said()).contains("IllegalStateException: The job ended with exit code 2");
  }

  private static Ended run(boolean databricks, String argument) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    BatchScoringJob.class.getName(),
                    argument))
            .redirectErrorStream(true);
    builder.environment().remove("DATABRICKS_RUNTIME_VERSION");
    if (databricks) {
      builder.environment().put("DATABRICKS_RUNTIME_VERSION", "17.3");
    }
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }
}
