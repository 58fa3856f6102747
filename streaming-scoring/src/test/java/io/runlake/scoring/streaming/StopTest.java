package io.runlake.scoring.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.streaming.StreamWorld.Ended;
import io.runlake.scoring.streaming.StreamWorld.Query;
import io.runlake.scoring.streaming.control.Starts;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream that is asked to stop ends between two batches, and goes on from there. */
@Tag("slow")
class StopTest {
  @TempDir static Path shared;
  static StreamWorld world;

  @BeforeAll
  static void register() {
    world = new StreamWorld(shared);
  }

  /** Asks within the second batch, which lasts until the job, which looks once a second, knows. */
  private record Asking(Starts starts, CountDownLatch seen) implements Step.Listener {
    Asking(Starts starts) {
      this(starts, new CountDownLatch(1));
    }

    @Override
    public void reached(Step step, long batch) {
      if (step == Step.PINNED && batch == 1) {
        assertThat(starts.requestStop(1, "test", Instant.now())).isTrue();
        try {
          assertThat(seen.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public void stopSeen() {
      seen.countDown();
    }
  }

  @Test
  void aStopRequestLetsTheBatchEndAndConcernsNoLaterStart() {
    Query query = world.query("asked");
    for (int i = 0; i < 4; i++) {
      query.arrive(i + ",20,70,a");
    }
    try (Store store = Stores.open("delta:" + query.checkpoint, StoreOptions.defaults())) {
      Starts starts = new Starts(store.claims(), store.root());

      Ended ended = query.run(new Asking(starts), "--trigger", "1 second");

      assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
      assertThat(ended.out()).contains("runlake stream stop asked for it");
      assertThat(query.scores().count()).isEqualTo(2);
      assertThat(query.checkpoint.resolve("commits/1")).exists();
      assertThat(starts.end(1).orElseThrow().exitCode()).isZero();
    }
    Ended again = query.run("--trigger", "available-now");
    assertThat(again.exit()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(query.scores().select("id").distinct().count()).isEqualTo(4);
    assertThat(query.scores().count()).isEqualTo(4);
  }

  /** The job as spark-submit starts it; says when it is within a batch. */
  static final class Telling {
    private Telling() {}

    /** As the job's own. */
    public static void main(String[] arguments) {
      io.runlake.scoring.JobSession session = io.runlake.scoring.JobSession.own();
      Step.Listener tell =
          (step, batch) -> {
            if (step == Step.PINNED) {
              System.out.println("within batch " + batch);
              System.out.flush();
              java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            }
          };
      ExitCode exit =
          new StreamingScoringJob(System.out, System.err, session, tell)
              .run(Arrays.asList(arguments));
      session.stop();
      System.exit(exit.code());
    }
  }

  @Test
  void sigtermLetsTheBatchAndTheRunEnd() throws Exception {
    Query query = world.query("terminated");
    for (int i = 0; i < 30; i++) {
      query.arrive(i + ",20,70,a");
    }
    Process child = start(query.arguments("--trigger", "1 second"));
    StringBuilder said = new StringBuilder();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = out.readLine();
      while (line != null) {
        said.append(line).append('\n');
        if (line.equals("within batch 1")) {
          // Process.destroy would close the pipe as well.
          child.toHandle().destroy();
        }
        line = out.readLine();
      }
      assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
    }

    assertThat(child.exitValue()).as(said + errors()).isEqualTo(128 + 15);
    assertThat(said).contains("(SIGTERM)").doesNotContain("within batch 3");
    long batches = said.toString().lines().filter(line -> line.contains("] batch ")).count();
    assertThat(batches).isGreaterThanOrEqualTo(2);
    assertThat(query.scores().count()).isEqualTo(batches);
    assertThat(query.checkpoint.resolve("commits/" + (batches - 1))).exists();
    try (Store store = Stores.open("delta:" + query.checkpoint, StoreOptions.defaults());
        Runlake runlake = Runlake.open(world.store)) {
      Starts starts = new Starts(store.claims(), store.root());
      assertThat(starts.end(1).orElseThrow().reason()).contains("SIGTERM");
      Run run = runlake.getRun(new RunId(starts.first().orElseThrow().runId())).orElseThrow();
      assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
    }

    assertThat(query.run("--max-files-per-trigger", "100").exit()).isEqualTo(ExitCode.DONE);
    assertThat(query.scores().count()).isEqualTo(30);
    assertThat(query.scores().select("id").distinct().count()).isEqualTo(30);
  }

  private static Process start(List<String> arguments) throws IOException {
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
            Telling.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .directory(shared.toFile())
        .redirectError(ProcessBuilder.Redirect.appendTo(shared.resolve("child.log").toFile()))
        .start();
  }

  private static String errors() throws IOException {
    Path log = shared.resolve("child.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }
}
