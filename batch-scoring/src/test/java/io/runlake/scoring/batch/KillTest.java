package io.runlake.scoring.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.DeltaLogs;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobSession;
import io.runlake.testkit.TestSpark;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job in a JVM of its own, killed between quarantine and scores, and started again. */
@Tag("slow")
class KillTest {
  private static final String READY = "reached QUARANTINED";

  @TempDir Path folder;

  /** The job as spark-submit starts it, but that it stops between quarantine and scores. */
  static final class Hanging {
    private Hanging() {}

    /** Never returns. */
    public static void main(String[] arguments) {
      Step.Listener hang =
          step -> {
            if (step == Step.QUARANTINED) {
              System.out.println(READY);
              System.out.flush();
              while (true) {
                java.util.concurrent.locks.LockSupport.park();
              }
            }
          };
      new BatchScoringJob(System.out, System.err, JobSession.own(), hang)
          .run(Arrays.asList(arguments));
    }
  }

  @Test
  void killedBetweenQuarantineAndScores() throws Exception {
    Fixture fixture = new Fixture(Fixture.storeWithModels(folder), folder.resolve("scores"));
    Path poisoned =
        Files.copy(TestSpark.occupancyFile("datatest.txt"), folder.resolve("poisoned.csv"));
    Files.writeString(poisoned, "\"1\",poison\n".repeat(3), StandardOpenOption.APPEND);
    String input = poisoned.toString();

    kill(fixture.arguments("--input.path", input));
    assertThat(DeltaLogs.state(TestSpark.session(), fixture.output.toString())).isEmpty();
    assertThat(run(fixture.arguments("--input.path", input, "--json"))).isZero();
    fixture.assertNight("nightly", "2015-02-04", "datatest.txt", 1);
    assertThat(fixture.quarantine().count()).isEqualTo(3);

    kill(fixture.arguments("--input.path", input, "--model", "models:/occupancy/2", "--force"));
    fixture.assertNight("nightly", "2015-02-04", "datatest.txt", 1);
    assertThat(fixture.countingQuarantine("nightly", "2015-02-04")).isEqualTo(3);
    assertThat(
            fixture
                .score("--input.path", input, "--model", "models:/occupancy/2", "--force")
                .exit())
        .isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", "2015-02-04", "datatest.txt", 2);
    assertThat(fixture.quarantine().count()).isEqualTo(3);
  }

  private void kill(List<String> arguments) throws Exception {
    Process child = start(Hanging.class, arguments);
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.equals(READY)) {
        line = out.readLine();
      }
      assertThat(line).as("the child ended before: see " + errors()).isEqualTo(READY);
      child.destroyForcibly();
      assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  private int run(List<String> arguments) throws Exception {
    Process child = start(BatchScoringJob.class, arguments);
    child.getInputStream().transferTo(System.out);
    assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return child.exitValue();
  }

  private Process start(Class<?> main, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("runlake.spark.module.options").split(" ")));
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.databricks.delta.snapshotPartitions=2",
            "-Dspark.sql.session.timeZone=UTC",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(ProcessBuilder.Redirect.appendTo(errors().toFile()))
        .start();
  }

  private Path errors() {
    return folder.resolve("child.log");
  }
}
