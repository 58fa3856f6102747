package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of a cluster that {@code local-cluster} starts; what runs on it is ClusterIT's. */
class LocalClusterIT {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          | give one of start, stop and status
          begin | unknown argument 'begin'
          start --workers none | --workers wants a number from 1 to 16, not 'none'
          start --port 80 | --port wants a number from 1024 to 65535, not '80'
          start --memory big | --memory wants a size such as 2g
          start --dir | --dir wants a value
          stop --cores 2 | --cores belongs to start
          start stop | not 'start' and 'stop'
          """)
  void wrongUsageIsOneLineAndStartsNothing(String arguments, String says) throws Exception {
    var outcome = run(arguments == null ? new String[0] : arguments.split(" "));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err().lines()).singleElement().asString().contains(says);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void whereNothingRunsStopHasNothingToDoAndStatusSaysSo() throws Exception {
    String dir = temp.resolve("none").toString();
    assertThat(run("stop", "--dir", dir).exitCode()).isZero();
    assertThat(run("status", "--dir", dir))
        .satisfies(
            outcome -> {
              assertThat(outcome.exitCode()).isEqualTo(3);
              assertThat(outcome.err()).contains("not running in " + dir);
            });
    assertThat(Path.of(dir)).doesNotExist();
  }

  @Test
  void aPortInUseIsNamed() throws Exception {
    try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      var outcome = run("start", "--dir", temp.toString(), "--port", port);
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("port " + port + " of 127.0.0.1 is in use");
    }
  }

  @Test
  @Tag("slow")
  void startIsIdempotentReplacesTheDeadAndStopEndsAll() throws Exception {
    String dir = temp.resolve("a cluster").toString();
    try {
      var started = run("start", "--dir", dir);
      assertThat(started.exitCode()).as(started.err()).isZero();
      assertThat(started.out()).matches("spark://127\\.0\\.0\\.1:\\d+\n");
      List<Long> pids = pids(dir);
      assertThat(pids).hasSize(3).allMatch(LocalClusterIT::lives);

      assertThat(run("start", "--dir", dir).out()).isEqualTo(started.out());
      assertThat(pids(dir)).isEqualTo(pids);
      var status = run("status", "--dir", dir);
      assertThat(status.exitCode()).isZero();
      assertThat(status.out()).contains(started.out().strip(), "workers registered: 2 of 2");

      ProcessHandle worker = ProcessHandle.of(pids.get(1)).orElseThrow();
      worker.destroyForcibly();
      worker.onExit().get(1, TimeUnit.MINUTES);
      assertThat(run("status", "--dir", dir).exitCode()).isEqualTo(3);
      assertThat(run("start", "--dir", dir).out()).isEqualTo(started.out());
      List<Long> replaced = pids(dir);
      assertThat(replaced.get(1)).isNotEqualTo(pids.get(1));
      assertThat(List.of(replaced.get(0), replaced.get(2)))
          .isEqualTo(List.of(pids.get(0), pids.get(2)));

      List<ProcessHandle> processes =
          replaced.stream().flatMap(pid -> ProcessHandle.of(pid).stream()).toList();
      assertThat(processes).hasSize(3);
      assertThat(run("stop", "--dir", dir).exitCode()).isZero();
      for (ProcessHandle process : processes) {
        // Nobody may have collected its exit code yet.
        process.onExit().get(5, TimeUnit.SECONDS);
      }
    } finally {
      run("stop", "--dir", dir);
    }
  }

  private static List<Long> pids(String dir) throws Exception {
    List<Long> pids = new ArrayList<>();
    for (String name : List.of("master", "worker-1", "worker-2")) {
      pids.add(Long.valueOf(Files.readString(Path.of(dir, name + ".pid")).strip()));
    }
    return pids;
  }

  private static boolean lives(long pid) {
    Optional<ProcessHandle> process = ProcessHandle.of(pid);
    return process.isPresent() && process.get().isAlive();
  }

  private Scripts.Outcome run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Scripts.script("local-cluster").toString()));
    command.addAll(List.of(arguments));
    return Scripts.run(temp, Map.of(), command);
  }
}
