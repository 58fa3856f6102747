package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartIT {
  private static final String SCRIPT = Scripts.script("quickstart").toString();

  @TempDir Path temp;

  @Test
  @Tag("slow")
  void theMainJobRunsFromEndToEnd() throws Exception {
    Path store = temp.resolve("a store");
    var outcome =
        Scripts.run(
            temp, Map.of("TMPDIR", temp.toString()), List.of(SCRIPT, "--store", "delta:" + store));
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("2665 rows", "9752 rows", "quarantined: 0 rows", "runlake runs search --store")
        .contains("9762 rows in 40 files", "the driver is killed (kill -9)")
        .contains("9752 scored + 10 quarantined = 9762 sent")
        .containsPattern("models:/occupancy/[12]  \\d+ rows in batches 0 to [4-6], accuracy 0\\.9")
        // A kill between Spark's log of the source and that of the offsets makes two batches one.
        .containsPattern(
            "models:/occupancy/[12]  \\d+ rows in batches [5-7] to [89], accuracy 0\\.9");

    JsonNode runs =
        Answers.to(
                "runs",
                "search",
                "--experiment",
                "occupancy",
                "--order-by",
                "metrics.accuracy DESC",
                "--store",
                store.toString(),
                "--json")
            .json()
            .get("runs");
    assertThat(runs).hasSize(2);
    for (JsonNode run : runs) {
      assertThat(run.at("/info/status").textValue()).isEqualTo("FINISHED");
      assertThat(run.at("/data/metrics/accuracy").doubleValue()).isBetween(0.95, 0.99);
      assertThat(run.at("/data/metrics/accuracy_datatest2").doubleValue()).isBetween(0.95, 0.99);
      assertThat(run.at("/data/metrics/f1").doubleValue()).isBetween(0.95, 0.99);
      assertThat(run.at("/data/metrics/areaUnderROC").doubleValue()).isBetween(0.95, 1.0);
      assertThat(run.at("/data/metrics/cost.wall_seconds").doubleValue()).isPositive();
      assertThat(run.at("/data/params")).isNotEmpty();
      assertThat(run.at("/inputs").toString()).contains("datatraining.txt");
    }
    JsonNode model =
        Answers.to("models", "show", "occupancy", "--store", store.toString(), "--json").json();
    assertThat(model.get("versions")).hasSize(2);
    int champion = model.at("/aliases/champion").intValue();
    for (JsonNode version : model.get("versions")) {
      if (version.get("version").intValue() == champion) {
        assertThat(version.get("run_id")).isEqualTo(runs.at("/0/info/run_id"));
      }
    }
  }

  @Test
  @Tag("slow")
  void aStepThatFailsEndsItWithTheLog() throws Exception {
    Path file = Files.createFile(temp.resolve("file"));
    var outcome =
        Scripts.run(
            temp,
            Map.of("TMPDIR", temp.toString()),
            List.of(SCRIPT, "--store", file.resolve("store").toString()));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("failed", ".log");
    assertThat(file).isEmptyFile();
  }

  @Test
  void wrongUsageIsRefused() throws Exception {
    for (List<String> args : List.of(List.of(SCRIPT, "--sotre", "x"), List.of(SCRIPT, "--store"))) {
      var outcome = Scripts.run(temp, Map.of("TMPDIR", temp.toString()), args);
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.err()).contains("quickstart: ", args.get(1));
      assertThat(temp).isEmptyDirectory();
    }
  }
}
