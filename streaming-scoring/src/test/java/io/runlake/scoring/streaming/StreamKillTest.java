package io.runlake.scoring.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.JobSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The query in a JVM of its own, killed as kill -9 does at three of its steps. */
@Tag("slow")
class StreamKillTest {
  private static final String READY = "reached ";

  @TempDir Path folder;

  /** The job as spark-submit starts it, but that it stops for ever at a step of a batch. */
  static final class Hanging {
    private Hanging() {}

    /** {@code <step> <batch> <arguments of the job>}; never returns. */
    public static void main(String[] arguments) {
      Step wanted = Step.valueOf(arguments[0]);
      long batch = Long.parseLong(arguments[1]);
      Step.Listener hang =
          (step, at) -> {
            if (step == wanted && at == batch) {
              System.out.println(READY + step);
              System.out.flush();
              while (true) {
                LockSupport.park();
              }
            }
          };
      new StreamingScoringJob(System.out, System.err, JobSession.own(), hang)
          .run(Arrays.asList(arguments).subList(2, arguments.length));
    }
  }

  @Test
  void killedThreeTimesEachRowIsThereOnce() throws Exception {
    StreamWorld world = new StreamWorld(folder);
    Twice twice = new Twice(world, "killed", 10);

    killAt(Step.SCORES_STAGED, 0, twice);
    world.alias(2);
    killAt(Step.QUARANTINED, 1, twice);
    world.alias(1);
    killAt(Step.SCORES_WRITTEN, 3, twice);
    twice.through();

    twice.assertEachRowOnce();
    assertThat(twice.versions())
        .as("a replayed batch keeps the model that it was pinned to")
        .isEqualTo(Map.of(0L, 1, 1L, 2, 2L, 1, 3L, 1, 4L, 1));
  }

  private void killAt(Step step, long batch, Twice twice) throws Exception {
    Process child = start(step, batch, twice.arguments());
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null && !line.equals(READY + step)) {
        line = out.readLine();
      }
      assertThat(line).as("the child ended before: see " + errors()).isEqualTo(READY + step);
      child.destroyForcibly();
      assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(child.exitValue()).isEqualTo(128 + 9);
    }
  }

  private Process start(Step step, long batch, List<String> arguments) throws IOException {
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
            Hanging.class.getName(),
            step.name(),
            Long.toString(batch)));
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
