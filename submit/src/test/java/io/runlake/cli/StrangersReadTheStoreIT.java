package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.registry.RegisterOptions;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plain Spark with Delta, without Runlake on its class path, runs the SQL of the format page and
 * sees what the runlake command says.
 */
@Tag("slow")
class StrangersReadTheStoreIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void theFoldsOfTheFormatPageGiveWhatRunsSearchSays() throws Exception {
    Path root = folder.resolve("a store");
    List<String> ids = new ArrayList<>();
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      for (int i = 0; i < 5; i++) {
        ids.add(write(runlake, i));
      }
      String model =
          Scripts.ROOT
              .resolve("spark-flavor/src/test/resources/mlflow/2.17.0/lr_pipeline_plain")
              .toString();
      RegisterOptions first = RegisterOptions.because("the first");
      runlake.registry().register("m", model, Optional.empty(), first);
      runlake.registry().register("m", model, Optional.empty(), first);
      runlake.registry().setAlias("m", "champion", 2, "better");
    }
    compare(root, 5);
    edit(root, ids.get(1));
    edit(root, ids.get(3));
    Map<String, JsonNode> runs = compare(root, 5);
    theViewsOfStoreSqlShowThem(root, runs);

    JsonNode edited = runs.get(ids.get(3));
    assertThat(edited.at("/data/tags/stage").asText()).isEqualTo("reviewed");
    assertThat(edited.at("/data/tags/reviewer").asText()).isEqualTo("bea");
    assertThat(edited.at("/data/tags").has("draft")).isFalse();
    assertThat(edited.at("/data/metrics/accuracy").asDouble()).isEqualTo(0.97);
  }

  private static String write(Runlake runlake, int i) {
    try (ActiveRun run = runlake.startRun("strangers")) {
      run.logParam("depth", i);
      run.setTag("stage", "new");
      run.setTag("draft", "yes");
      run.logMetric("accuracy", 0.5 + i / 10.0);
      for (int step = 0; step < 20; step++) {
        run.logMetric("loss", 1.0 / (step + 1), step);
      }
      run.endRun();
      return run.id().value();
    }
  }

  private void edit(Path root, String id) throws Exception {
    Scripts.Outcome edited =
        Scripts.run(
            folder,
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EditRun.class.getName(),
                "delta:" + root,
                id));
    assertThat(edited.exitCode()).as(edited.err()).isZero();
  }

  private Map<String, JsonNode> compare(Path root, int expectedRuns) throws Exception {
    Map<String, JsonNode> said = search(root);
    Path answers = read(root, Scripts.ROOT.resolve("docs/format.md"));
    List<JsonNode> folded = lines(answers.resolve("runs.json"));
    assertThat(folded).hasSize(expectedRuns);
    assertThat(said).hasSize(expectedRuns);
    folded.forEach(row -> same(row, said));
    long points =
        said.values().stream().mapToLong(run -> run.at("/data/metrics").size() + 19).sum();
    long extra = said.values().stream().filter(run -> run.at("/data/metrics").has("late")).count();
    assertThat(lines(answers.resolve("metrics.json"))).hasSize((int) (points + extra));
    assertThat(lines(answers.resolve("registry.json")))
        .extracting(row -> row.get("kind").asText() + " " + row.get("version"))
        .containsExactlyInAnyOrder("model 0", "version 1", "version 2");
    assertThat(lines(answers.resolve("aliases.json")))
        .extracting(row -> row.get("alias").asText() + " " + row.get("version"))
        .containsExactly("champion 2");
    return said;
  }

  /** What {@code runlake store sql} prints is run as it is, and then asked. */
  private void theViewsOfStoreSqlShowThem(Path root, Map<String, JsonNode> said) throws Exception {
    Scripts.Outcome printed =
        Scripts.run(
            folder,
            Map.of(),
            List.of(
                Scripts.script("runlake").toString(),
                "store",
                "sql",
                "--store",
                root.toString(),
                "--engine",
                "spark"));
    assertThat(printed.exitCode()).as(printed.err()).isZero();
    Path page = folder.resolve("views.md");
    Files.writeString(
        page,
        "```sql\n"
            + printed.out()
            + "\n-- seen\nSELECT * FROM runlake_runs;\n"
            + "-- versions\nSELECT name, version, aliases FROM runlake_model_versions;\n```\n");
    Path answers = read(root, page);
    List<JsonNode> seen = lines(answers.resolve("seen.json"));
    assertThat(seen).hasSize(said.size());
    seen.forEach(row -> same(row, said));
    assertThat(lines(answers.resolve("versions.json")))
        .extracting(row -> row.get("version") + " " + row.get("aliases"))
        .containsExactlyInAnyOrder("1 []", "2 [\"champion\"]");
  }

  private static void same(JsonNode row, Map<String, JsonNode> said) {
    JsonNode run = said.get(row.get("run_id").asText());
    assertThat(row.get("status")).isEqualTo(run.at("/info/status"));
    assertThat(row.get("run_name")).isEqualTo(run.at("/info/run_name"));
    assertThat(row.get("lifecycle_stage")).isEqualTo(run.at("/info/lifecycle_stage"));
    assertThat(millis(row.get("start_time"))).isEqualTo(run.at("/info/start_time").asLong());
    assertThat(millis(row.get("end_time"))).isEqualTo(run.at("/info/end_time").asLong());
    for (String map : List.of("params", "tags", "metrics")) {
      assertThat(row.get(map)).as(map).isEqualTo(run.at("/data/" + map));
    }
  }

  /** The answers of plain Spark to the statements of a page. */
  private Path read(Path root, Path page) throws Exception {
    Path answers = Files.createTempDirectory(folder, "answers");
    Scripts.Outcome read =
        Scripts.run(
            folder,
            Map.of(),
            List.of(
                Scripts.script("spark-submit").toString(),
                "--master",
                "local[2]",
                "--conf",
                "spark.sql.shuffle.partitions=2",
                "--conf",
                "spark.databricks.delta.snapshotPartitions=2",
                "--class",
                "examples.ReadStore",
                Scripts.ROOT.resolve("submit/examples/target/runlake-examples.jar").toString(),
                root.toString(),
                page.toString(),
                answers.toString()));
    assertThat(read.exitCode()).as(read.out() + read.err()).isZero();
    return answers;
  }

  private Map<String, JsonNode> search(Path root) throws Exception {
    Scripts.Outcome found =
        Scripts.run(
            folder,
            Map.of(),
            List.of(
                Scripts.script("runlake").toString(),
                "runs",
                "search",
                "--store",
                root.toString(),
                "--experiment",
                "strangers",
                "--json"));
    assertThat(found.exitCode()).as(found.err()).isZero();
    Map<String, JsonNode> runs = new TreeMap<>();
    for (JsonNode run : JSON.readTree(found.out()).get("runs")) {
      runs.put(run.at("/info/run_id").asText(), run);
    }
    return runs;
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private static long millis(JsonNode time) {
    return Instant.from(OffsetDateTime.parse(time.asText())).toEpochMilli();
  }
}
