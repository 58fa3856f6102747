package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.registry.RegisterOptions;
import io.runlake.store.RunId;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of the README, block by block and as they stand, in a folder that looks like
 * the checkout. What a reader has to fill in is filled in by {@link #filledIn}. SQL and Java
 * snippets are run by {@code ReadmeSnippetsTest} of spark-tracking.
 */
class ReadmeIT {
  private static final String TESTS = "submit/src/test/java/io/runlake/cli/";

  /** Commands that other tests run, by what they contain; "mvn verify" runs all of them. */
  private static final Map<String, String> RUN_ELSEWHERE =
      Map.of(
          "submit/bin/quickstart", TESTS + "QuickstartIT.java",
          "submit/bin/local-cluster", TESTS + "LocalClusterIT.java",
          "submit/examples/deploy/standalone.sh", TESTS + "ClusterIT.java",
          "notebooks/run", "notebooks/src/test/java/io/runlake/notebooks/NotebookIT.java",
          "mvn verify", "pom.xml");

  /** What a command contains, with what has to be true of its answer. */
  private final Map<String, Check> checks = new LinkedHashMap<>();

  @TempDir Path temp;
  private Path data;

  /** Looks at what a command printed and at what it left behind. */
  @FunctionalInterface
  private interface Check {
    void of(String out) throws Exception;
  }

  private void expect(String part, Check check) {
    checks.put(part, check);
  }

  @Test
  @Tag("slow")
  void everyCommandRuns() throws Exception {
    data = Files.createDirectories(temp.resolve("data"));
    Path checkout = checkout();
    expect("com.example.Train", out -> evaluate(twoRunsOf("occupancy")));
    expect("runlake runs search", this::foundTheBest);
    expect("runlake models register", out -> assertThat(out).contains("occupancy/2"));
    expect(
        "runlake models set-alias",
        out -> assertThat(out).contains("models:/occupancy@champion is version 2 now"));
    expect("runlake init", out -> assertThat(checkout.resolve("nightly.yaml")).exists());
    expect("runlake completion bash", out -> assertThat(out).isEmpty());
    expect("JAR=", out -> assertThat(out).isEmpty());
    expect("BatchScoringJob", this::scored);
    assertEveryCommandIsKnown();

    for (Readme.Block block : Readme.read().bash()) {
      if (block.commands().stream().noneMatch(command -> elsewhere(command).isPresent())) {
        run(checkout, block.commands());
      }
    }
  }

  /** A new command in the README needs a line above, or a test of its own that is named above. */
  private void assertEveryCommandIsKnown() throws IOException {
    List<String> commands =
        Readme.read().bash().stream().flatMap(block -> block.commands().stream()).toList();
    assertThat(commands)
        .as("commands of the README; one without a check fails here")
        .allMatch(command -> elsewhere(command).isPresent() || check(command).isPresent());
    for (String part : checks.keySet()) {
      assertThat(commands).as(part).anyMatch(command -> command.contains(part));
    }
    for (String command : commands) {
      elsewhere(command)
          .ifPresent(
              part -> assertThat(Scripts.ROOT.resolve(RUN_ELSEWHERE.get(part))).as(part).exists());
    }
  }

  @Test
  void everyBlockSaysWhatItIs() throws IOException {
    assertThat(Readme.read().blocks())
        .hasSizeGreaterThan(5)
        .extracting(Readme.Block::language)
        .allMatch(List.of("bash", "text", "java", "scala", "sql", "yaml")::contains);
  }

  private static Optional<String> elsewhere(String command) {
    return RUN_ELSEWHERE.keySet().stream().filter(command::contains).findFirst();
  }

  private Optional<Check> check(String command) {
    return checks.keySet().stream().filter(command::contains).findFirst().map(checks::get);
  }

  /** A folder with everything that the checkout has, so that nothing is written there. */
  private Path checkout() throws IOException {
    Path checkout = Files.createDirectory(temp.resolve("checkout"));
    try (var files = Files.list(Scripts.ROOT)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(checkout.resolve(file.getFileName()), file);
      }
    }
    return checkout;
  }

  /** What a reader fills in: places of the store and the data, the run's id, the program. */
  private String filledIn(String command) {
    String filled =
        command
            .replace("delta:hdfs:///data/", "delta:" + data + "/")
            .replaceAll("(?<![\\w/])/data/", Matcher.quoteReplacement(data + "/"))
            .replaceAll(
                "(?<![\\w/])runlake-spark-[\\w.-]+\\.jar",
                Matcher.quoteReplacement(System.getProperty("runlake.jar")))
            .replace(
                "com.example.Train train.jar",
                "examples.TrainOccupancy submit/examples/target/runlake-examples.jar"
                    + " data/occupancy/datatraining.txt")
            .replaceFirst("^spark-submit ", "submit/bin/spark-submit --master 'local[2]' ");
    return filled.contains("<run id>") ? filled.replace("<run id>", best().id().value()) : filled;
  }

  private void run(Path checkout, List<String> commands) throws Exception {
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    for (int i = 0; i < commands.size(); i++) {
      script.append("{ ").append(filledIn(commands.get(i)));
      script.append("; } >'").append(temp.resolve("out." + i)).append("'\n");
    }
    Path file = Files.writeString(temp.resolve("block.bash"), script);
    Scripts.Outcome outcome =
        Scripts.run(checkout, Map.of(), List.of("bash", "--norc", file.toString()));
    assertThat(outcome.exitCode()).as("%s%n%s", script, outcome.err()).isZero();
    for (int i = 0; i < commands.size(); i++) {
      check(commands.get(i)).orElseThrow().of(Files.readString(temp.resolve("out." + i)));
    }
  }

  private String uri() {
    return "delta:" + data.resolve("runlake");
  }

  private List<Run> twoRunsOf(String experiment) {
    try (Runlake runlake = Runlake.open(uri())) {
      List<Run> runs =
          runlake.searchRuns(RunQuery.all().withExperimentNames(List.of(experiment))).runs();
      assertThat(runs).hasSize(2).allMatch(run -> run.tags().containsKey("estimator_name"));
      return runs;
    }
  }

  /**
   * What the README leaves to the reader between training and search: a metric, a first version.
   */
  private void evaluate(List<Run> runs) {
    try (Runlake runlake = Runlake.open(uri())) {
      for (int i = 0; i < runs.size(); i++) {
        RunEditor editor = runlake.edit(runs.get(i).id());
        editor.logMetric("accuracy", 0.95 + i / 100.0);
        editor.flush();
      }
      RunId first = runs.get(0).id();
      runlake
          .registry()
          .register(
              "occupancy",
              "runs:/" + first.value() + "/model",
              Optional.of(first),
              RegisterOptions.because("the first"));
    }
  }

  private Run best() {
    try (Runlake runlake = Runlake.open(uri())) {
      RunQuery query =
          RunQuery.all()
              .withExperimentNames(List.of("occupancy"))
              .withOrderBy(List.of("metrics.accuracy DESC"));
      return runlake.searchRuns(query).runs().get(0);
    }
  }

  private void foundTheBest(String out) throws IOException {
    JsonNode runs = new ObjectMapper().readTree(out).get("runs");
    assertThat(runs).hasSize(2);
    assertThat(runs.at("/0/data/metrics/accuracy").asDouble()).isEqualTo(0.96);
    assertThat(runs.at("/1/data/metrics/accuracy").asDouble()).isEqualTo(0.95);
  }

  private void scored(String out) {
    assertThat(data.resolve("predictions/_delta_log")).isDirectory();
    try (Runlake runlake = Runlake.open(uri())) {
      RunQuery query = RunQuery.all().withExperimentNames(List.of("scoring/occupancy-nightly"));
      List<Run> runs = runlake.searchRuns(query).runs();
      assertThat(runs).hasSize(1);
      assertThat(runs.get(0).metric("rows_scored").orElseThrow()).isEqualTo(2665.0);
    }
    assertThat(out).contains("2665");
  }
}
