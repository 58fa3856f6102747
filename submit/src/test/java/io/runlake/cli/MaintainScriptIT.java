package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code runlake store maintain} and {@code gc} as users start them: the script starts Spark. */
@Tag("slow")
class MaintainScriptIT {
  @TempDir Path temp;

  private Scripts.Outcome runlake(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Scripts.script("runlake").toString());
    command.addAll(List.of(arguments));
    return Scripts.run(temp, Map.of(), command);
  }

  @Test
  void aStoreIsMaintainedAndCollectedFromTheShell() throws Exception {
    String store = temp.resolve("a store").toString();
    for (int i = 0; i < 3; i++) {
      try (Runlake runlake = Runlake.open("delta:" + store);
          ActiveRun run = runlake.startRun("occupancy")) {
        run.logMetric("accuracy", 0.9 + i / 100.0);
        run.endRun();
      }
    }

    Scripts.Outcome maintained = runlake("store", "maintain", "--store", store, "--json");

    assertThat(maintained.exitCode()).as(maintained.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(maintained.out());
    assertThat(json.get("status").textValue()).isEqualTo("done");
    JsonNode runs = json.get("tables").get(0);
    assertThat(runs.get("table").textValue()).isEqualTo("runs");
    assertThat(runs.get("rows_settled").longValue()).isGreaterThanOrEqualTo(3);
    assertThat(runs.at("/after/files").longValue()).isEqualTo(1);
    assertThat(maintained.err()).contains("settling runs");
    Scripts.Outcome search =
        runlake("runs", "search", "--experiment", "occupancy", "--store", store, "--json");
    assertThat(new ObjectMapper().readTree(search.out()).get("runs")).hasSize(3);

    Scripts.Outcome collected = runlake("store", "gc", "--store", store, "--older-than", "1month");
    assertThat(collected.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(collected.err()).contains("older-than", "30d");
  }

  @Test
  void helpNeedsNoSpark() throws Exception {
    Scripts.Outcome help = runlake("store", "gc", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("--older-than", "Example: runlake store gc");
  }
}
