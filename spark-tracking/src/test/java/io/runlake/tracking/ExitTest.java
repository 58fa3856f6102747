package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of runs when their JVM ends, in child JVMs over Delta tables. */
@Tag("slow")
class ExitTest {
  @TempDir Path folder;

  private Process start(String how) throws IOException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ExitingProgram.class.getName(),
                uri(),
                how)
            .redirectError(folder.resolve("child.log").toFile())
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    while (line != null && !line.equals("ready")) {
      line = out.readLine();
    }
    assertThat(line).as("the child came to its end").isEqualTo("ready");
    return child;
  }

  private String uri() {
    return "delta:" + folder.resolve("root");
  }

  private Map<String, Run> runsAfter(Process child) throws InterruptedException {
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).as("the child exits").isTrue();
    Map<String, Run> runs = new TreeMap<>();
    try (Runlake runlake = Runlake.open(uri())) {
      runlake.searchRuns(RunQuery.all()).runs().forEach(run -> runs.put(run.name(), run));
    }
    assertThat(runs).containsKey("ended");
    assertThat(runs.get("ended").status()).isEqualTo(RunStatus.FINISHED);
    assertThat(runs.get("ended").metric("m")).contains(1.0);
    return runs;
  }

  private void assertKilled(Run open) {
    assertThat(open.status()).isEqualTo(RunStatus.KILLED);
    assertThat(open.metric("m")).contains(2.0);
    assertThat(open.info().endTime()).isPresent();
    assertThat(open.info().statusMessage().orElseThrow()).contains("JVM exited");
  }

  @Test
  void aProgramThatReturnsKillsWhatItLeftOpen() throws Exception {
    Process child = start("return");
    assertKilled(runsAfter(child).get("open"));
    assertThat(child.exitValue()).as("our threads do not keep the JVM").isZero();
  }

  @Test
  void aProgramThatExitsKeepsItsExitCode() throws Exception {
    Process child = start("exit");
    Map<String, Run> runs = runsAfter(child);
    assertKilled(runs.get("open"));
    assertThat(runs.get("ended").tags())
        .as("an edit that nobody flushed")
        .containsEntry("edited", "late");
    assertThat(child.exitValue()).isEqualTo(7);
  }

  @Test
  void aProgramThatIsToldToStopKillsItsRuns() throws Exception {
    Process child = start("wait");
    child.destroy();
    assertKilled(runsAfter(child).get("open"));
  }

  @Test
  void whatEndRunAcknowledgedOutlivesAKill() throws Exception {
    Process child = start("wait");
    child.destroyForcibly();
    Run open = runsAfter(child).get("open");
    assertThat(open == null || open.status() == RunStatus.RUNNING).isTrue();
  }
}
