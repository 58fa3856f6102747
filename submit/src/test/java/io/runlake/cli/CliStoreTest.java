package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.runlake.store.DatasetRef;
import io.runlake.store.RunId;
import io.runlake.store.StoreOptions;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a Delta store that the API wrote. */
class CliStoreTest {
  private static final String ML_MODEL =
      """
      artifact_path: model
      flavors:
        python_function:
          loader_module: mlflow.spark
          data: sparkml
        spark:
          model_data: sparkml
          pyspark_version: 4.1.0
      mlflow_version: 2.17.0
      model_uuid: 0f0e0d0c0b0a09080706050403020100
      utc_time_created: '2026-01-01 00:00:00.000000'
      """;

  @TempDir static Path temp;

  private static String store;
  private static RunId best;
  private static RunId failed;

  @BeforeAll
  static void write() {
    store = temp.resolve("a store").toString();
    // One moment, so that all runs are of one month.
    Clock clock = Clock.fixed(Instant.now(), ZoneOffset.UTC);
    try (Runlake runlake =
        Runlake.open("delta:" + store, StoreOptions.defaults().withClock(clock))) {
      write(runlake, "occupancy", "forest", 0.97);
      best = write(runlake, "occupancy", "boosted", 0.98);
      write(runlake, "occupancy", "stump", 0.85);
      write(runlake, "other", "elsewhere", 0.99);
      try (ActiveRun run = runlake.startRun(RunSpec.of("occupancy").withName("broken"))) {
        run.logMetric("loss", Double.NaN);
        run.logInput(readings());
        run.fail(new IllegalStateException("no\nconvergence"));
        failed = run.id();
      }
    }
  }

  private static DatasetRef readings() {
    String profile =
        "{\"profile\":{\"timestamp\":1767225600000,\"columns\":[\"light\",\"co2\"],\"files\":3}}";
    return new DatasetRef(
        "delta",
        "lake.readings",
        Optional.of("7"),
        Optional.of("train"),
        Optional.of("00ff"),
        Optional.of(profile));
  }

  private static RunId write(Runlake runlake, String experiment, String name, double accuracy) {
    try (ActiveRun run = runlake.startRun(RunSpec.of(experiment).withName(name))) {
      run.logParam("depth", 5);
      run.logMetric("accuracy", 0.1, 0);
      run.logMetric("accuracy", accuracy, 1);
      run.setTag("team", "böse \"Füchse\"");
      run.logText(ML_MODEL, "model/MLmodel");
      run.logText("{}", "model/sparkml/metadata/part-00000");
      run.endRun();
      return run.id();
    }
  }

  private static Answers ask(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--store", store));
    Answers answer = Answers.to(all.toArray(String[]::new));
    assertThat(answer.err()).isEmpty();
    assertThat(answer.exitCode()).isZero();
    return answer;
  }

  private static Answers refuse(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--store", store));
    Answers answer = Answers.to(all.toArray(String[]::new));
    assertThat(answer.out()).isEmpty();
    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err().lines()).as(answer.err()).hasSize(1);
    assertThat(answer.err()).startsWith("runlake: ");
    return answer;
  }

  private static List<String> names(JsonNode runs) {
    List<String> names = new ArrayList<>();
    runs.forEach(run -> names.add(run.at("/info/run_name").textValue()));
    return names;
  }

  @Test
  void aSearchFiltersAndSortsWithinAnExperiment() {
    JsonNode json =
        ask(
                "runs",
                "search",
                "--experiment",
                "occupancy",
                "--filter",
                "metrics.accuracy > 0.9",
                "--json")
            .json();
    assertThat(names(json.get("runs"))).containsExactlyInAnyOrder("forest", "boosted");
    JsonNode sorted =
        ask(
                "runs",
                "search",
                "--experiment",
                "occupancy",
                "--filter",
                "metrics.accuracy > 0.9",
                "--order-by",
                "metrics.accuracy DESC",
                "--json")
            .json();
    assertThat(names(sorted.get("runs"))).containsExactly("boosted", "forest");
    JsonNode first = sorted.at("/runs/0");
    assertThat(first.at("/info/run_id").textValue()).isEqualTo(best.value());
    assertThat(first.at("/info/status").textValue()).isEqualTo("FINISHED");
    assertThat(first.at("/info/end_time").longValue())
        .isGreaterThanOrEqualTo(first.at("/info/start_time").longValue());
    assertThat(first.at("/data/metrics/accuracy").doubleValue()).isEqualTo(0.98);
    assertThat(first.at("/data/params/depth").textValue()).isEqualTo("5");
    assertThat(first.at("/data/tags/team").textValue()).isEqualTo("böse \"Füchse\"");
  }

  @Test
  void withoutAnExperimentAllAreSearched() {
    JsonNode json =
        ask(
                "runs",
                "search",
                "--filter",
                "metrics.accuracy > 0.9",
                "--order-by",
                "metrics.accuracy DESC",
                "--json")
            .json();
    assertThat(names(json.get("runs"))).containsExactly("elsewhere", "boosted", "forest");
  }

  @Test
  void pagesGoOnWhereTheyEnd() {
    String[] search = {"runs", "search", "--order-by", "metrics.accuracy DESC", "--json"};
    JsonNode first = ask(with(search, "--max-results", "2")).json();
    assertThat(names(first.get("runs"))).containsExactly("elsewhere", "boosted");
    String token = first.get("next_page_token").textValue();
    JsonNode second = ask(with(search, "--max-results", "2", "--page-token", token)).json();
    assertThat(names(second.get("runs"))).containsExactly("forest", "stump");
  }

  private static String[] with(String[] args, String... more) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void aTableNamesRunsAndExperiments() {
    assertThat(ask("runs", "list", "--experiment", "other").out().lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .contains("elsewhere", "other", "FINISHED", "accuracy=0.99");
  }

  @Test
  void columnsAndACountAreChosen() {
    String[] search = {"runs", "search", "--filter", "metrics.accuracy > 0.9"};
    String columns = "run_name,metrics.accuracy,metrics.`a,b`,params,status";
    List<String> table =
        ask(with(search, "--order-by", "metrics.accuracy", "--columns", columns))
            .out()
            .lines()
            .toList();
    assertThat(table).hasSize(4);
    assertThat(table.get(0).split(" {2,}"))
        .containsExactly(
            "RUN ID", "run_name", "metrics.accuracy", "metrics.`a,b`", "params", "status");
    assertThat(table.get(2))
        .startsWith(best.value())
        .containsPattern("boosted +0\\.98 +depth=5 +FINISHED");
    JsonNode run = ask(with(search, "--columns", "metrics.loss", "--json")).json().at("/runs/0");
    assertThat(run.at("/data/metrics").size()).isZero();
    assertThat(run.at("/data/params").size()).isZero();
    assertThat(run.at("/info/status").textValue()).isEqualTo("FINISHED");
    assertThat(ask(with(search, "--count", "--max-results", "1")).out().strip()).isEqualTo("3");
    assertThat(ask("runs", "list", "--count", "--json").json().get("count").intValue())
        .isEqualTo(5);
    assertThat(refuse(with(search, "--columns", "metrics.accuracy,parms.x")).err())
        .contains("parms", "did you mean 'param");
  }

  @Test
  void theHistoryOfAMetricIsShown() {
    List<String> table =
        ask("runs", "history", best.value(), "--key", "accuracy").out().lines().toList();
    assertThat(table).hasSize(3);
    assertThat(table.get(1)).matches("0 .* 0\\.1");
    assertThat(table.get(2)).matches("1 .* 0\\.98");
    JsonNode points =
        ask("runs", "history", best.value(), "--key", "accuracy", "--json").json().get("metrics");
    assertThat(points).hasSize(2);
    assertThat(points.at("/1/value").doubleValue()).isEqualTo(0.98);
    assertThat(points.at("/1/step").longValue()).isEqualTo(1);
    assertThat(refuse("runs", "history", best.value(), "--key", "acuracy").err())
        .contains("did you mean 'accuracy'?");
    assertThat(refuse("runs", "history", "nobody", "--key", "accuracy").err()).contains("nobody");
  }

  @Test
  void theInputsOfARunAreShown() {
    List<String> table = ask("runs", "inputs", failed.value()).out().lines().toList();
    assertThat(table).hasSize(2);
    assertThat(table.get(0).split(" {2,}"))
        .containsExactly(
            "FOR", "KIND", "NAME", "VERSION", "AS OF (UTC)", "FILES", "BYTES", "ROWS", "COLUMNS");
    assertThat(table.get(1))
        .matches("train +delta +lake.readings +7 +2026-01-01 00:00:00 +3 +light, co2");
    JsonNode input = ask("runs", "inputs", failed.value(), "--json").json().at("/inputs/0");
    assertThat(input.get("version").textValue()).isEqualTo("7");
    assertThat(input.get("timestamp").longValue()).isEqualTo(1_767_225_600_000L);
    assertThat(input.at("/columns/1").textValue()).isEqualTo("co2");
    assertThat(input.get("rows").isNull()).isTrue();
    assertThat(ask("runs", "inputs", best.value()).out()).contains("no input");
    assertThat(refuse("runs", "inputs", "nobody").err()).contains("nobody");
  }

  @Test
  void aRunIsShownWithAllThatWasLogged() {
    assertThat(ask("runs", "show", best.value()).out())
        .contains("boosted", "occupancy", "depth  5", "accuracy  0.98", "(step 1)", "team");
    assertThat(ask("runs", "show", failed.value()).out()).contains("FAILED", "no convergence");
    JsonNode json = ask("runs", "show", failed.value(), "--json").json();
    assertThat(json.at("/data/metrics/loss").textValue()).isEqualTo("NaN");
  }

  @Test
  void experimentsAreListedSearchedAndShown() {
    assertThat(ask("experiments", "list", "--json").json().get("experiments")).hasSize(2);
    JsonNode found =
        ask("experiments", "search", "--filter", "name LIKE 'occ%'", "--json")
            .json()
            .get("experiments");
    assertThat(found).hasSize(1);
    assertThat(found.at("/0/name").textValue()).isEqualTo("occupancy");
    String id = found.at("/0/experiment_id").textValue();
    assertThat(ask("experiments", "show", "occupancy").out()).contains(id);
    assertThat(ask("experiments", "show", id, "--json").json().get("name").textValue())
        .isEqualTo("occupancy");
    assertThat(refuse("experiments", "show", "ocupancy").err())
        .contains("did you mean 'occupancy'?");
  }

  @Test
  void aModelIsRegisteredAndItsAliasMoves() {
    String source = "runs:/" + best + "/model";
    JsonNode version =
        ask("models", "register", "detector", source, "--why", "first", "--json").json();
    assertThat(version.get("version").intValue()).isEqualTo(1);
    assertThat(version.get("run_id").textValue()).isEqualTo(best.value());
    assertThat(ask("models", "register", "detector", source, "--tag", "a=b").out())
        .contains("models:/detector/2");
    assertThat(ask("models", "set-alias", "detector", "champion", "1").out())
        .contains("models:/detector@champion", "version 1");
    ask("models", "set-alias", "detector", "champion", "2", "--why", "it's better");
    JsonNode shown = ask("models", "show", "detector", "--json").json();
    assertThat(shown.at("/aliases/champion").intValue()).isEqualTo(2);
    assertThat(shown.get("versions")).hasSize(2);
    assertThat(shown.at("/versions/0/tags/a").textValue()).isEqualTo("b");
    assertThat(shown.get("history").toString()).contains("it's better");
    assertThat(ask("models", "show", "detector").out()).contains("champion -> 2", "it's better");
    assertThat(ask("models", "list").out()).contains("detector");
    assertThat(
            ask("models", "search", "--versions", "--filter", "name = 'detector'", "--json")
                .json()
                .get("model_versions"))
        .hasSize(2);

    assertThat(refuse("models", "set-alias", "detector", "champion", "9").err()).contains("9");
    assertThat(refuse("models", "delete-alias", "detector", "chempion").err())
        .contains("did you mean 'champion'?");
    assertThat(refuse("models", "show", "detectr").err()).contains("did you mean 'detector'?");
    assertThat(refuse("models", "register", "detector", "runs:/" + best + "/none").err())
        .contains("There is no model at", "none");
    ask("models", "delete-alias", "detector", "champion");
    assertThat(ask("models", "show", "detector", "--json").json().get("aliases")).isEmpty();
    assertThat(ask("models", "show", "detector", "--json").json().get("versions")).hasSize(2);
  }

  @Test
  void whatTheTablesHoldIsCounted() {
    JsonNode json = ask("store", "stats", "--json").json();
    assertThat(json.get("tables").findValuesAsText("name")).contains("experiments", "runs");
    JsonNode runs =
        StreamSupport.stream(json.get("tables").spliterator(), false)
            .filter(table -> table.get("name").textValue().equals("runs"))
            .findFirst()
            .orElseThrow();
    assertThat(runs.get("files").longValue()).isPositive();
    assertThat(runs.get("bytes").longValue()).isGreaterThan(1000);
    assertThat(runs.get("rows").longValue()).isGreaterThanOrEqualTo(5);
    assertThat(runs.get("change_rows")).isEqualTo(runs.get("rows"));
    assertThat(runs.get("commits_since_checkpoint").longValue())
        .isEqualTo(runs.get("version").longValue() + 1);
    assertThat(runs.get("months")).hasSize(1);
    assertThat(json.at("/runs/total").longValue()).isEqualTo(5);
    assertThat(json.at("/runs/by_status/FINISHED").longValue()).isEqualTo(4);
    assertThat(json.at("/runs/by_status/FAILED").longValue()).isEqualTo(1);
    assertThat(ask("store", "stats").out())
        .contains("TABLE", "metrics", "runs 5: 4 FINISHED, 1 FAILED");
  }

  @Test
  void theDoctorFindsNothingInAHealthyStoreAndNamesWhatIsBroken() throws Exception {
    JsonNode healthy = ask("store", "doctor", "--deep", "--json").json();
    assertThat(healthy.get("findings")).isEmpty();
    assertThat(ask("store", "doctor").out())
        .startsWith("0 violations, 0 warnings, 0 notes on file:");

    Path damaged = temp.resolve("damaged");
    try (Runlake runlake = Runlake.open("delta:" + damaged)) {
      write(runlake, "occupancy", "forest", 0.97);
    }
    Path entry = damaged.resolve("runs/_delta_log/00000000000000000000.json");
    Files.writeString(entry, Files.readString(entry) + "torn{");
    Answers text = Answers.to("store", "doctor", "--store", damaged.toString());
    assertThat(text.exitCode()).isEqualTo(ExitCode.VIOLATIONS);
    assertThat(text.err()).isEmpty();
    assertThat(text.out())
        .startsWith("VIOLATION log.readable (runs) file:" + entry)
        .contains("  Mend: Restore the file")
        .contains("1 violations, 0 warnings");
    Answers json = Answers.to("store", "doctor", "--store", damaged.toString(), "--json");
    assertThat(json.exitCode()).isEqualTo(ExitCode.VIOLATIONS);
    assertThat(json.json().at("/findings/0/where").textValue()).isEqualTo("file:" + entry);
  }

  @Test
  void aFilterThatCannotBeReadNamesThePosition() {
    assertThat(refuse("runs", "search", "--filter", "params.depth = '5").err())
        .contains("position 16");
    assertThat(refuse("runs", "search", "--filter", "metrics.accuracy >").err())
        .contains("position");
    assertThat(refuse("runs", "search", "--order-by", "metrics.accuracy SIDEWAYS").err())
        .contains("SIDEWAYS");
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThat(refuse("runs", "show", "0123456789abcdef0123456789abcdef").err())
        .contains("0123456789abcdef0123456789abcdef");
    assertThat(refuse("runs", "show", "../x").err()).contains("../x");
    assertThat(refuse("runs", "list", "--experiment", "nobody").err()).contains("nobody");
  }

  @Test
  void aStoreThatIsNotThereIsRefusedAndNotMade() {
    Path nowhere = temp.resolve("nowhere");
    for (String uri : List.of(nowhere.toString(), "delta:" + nowhere)) {
      Answers answer = Answers.to("runs", "search", "--store", uri, "--json");
      assertThat(answer.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(answer.out()).isEmpty();
      assertThat(answer.err()).contains(nowhere.toString()).startsWith("runlake: There is no");
    }
    assertThat(nowhere).doesNotExist();
    assertThat(Files.exists(temp.resolve("delta:"))).isFalse();
  }

  @Test
  void theStoreMayComeFromTheEnvironment() {
    Answers answer =
        Answers.to(
            Map.of("RUNLAKE_TRACKING_URI", "delta:" + store), "experiments", "list", "--json");
    assertThat(answer.json().get("experiments")).hasSize(2);
  }
}
