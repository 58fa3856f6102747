package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.runlake.registry.RegisterOptions;
import io.runlake.store.RunId;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad input that the command can be given, by kind (F2 names, F4 sizes, F6 what is not there, F7
 * filters): one line on stderr, nothing on stdout, exit code 2, and the store's files are as they
 * were.
 */
class BadInputCliTest {
  private static final String ML_MODEL =
      "flavors:\n  spark:\n    model_data: sparkml\n    pyspark_version: 4.1.0\n";

  @TempDir static Path temp;
  private static Path root;
  private static Path model;
  private static RunId odd;
  private static RunId deleted;

  @BeforeAll
  static void write() throws IOException {
    root = temp.resolve("store");
    model = Files.createDirectory(temp.resolve("model"));
    Files.writeString(model.resolve("MLmodel"), ML_MODEL);
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      runlake
          .registry()
          .register("detector", model.toString(), Optional.empty(), RegisterOptions.none());
      ActiveRun run = runlake.startRun(RunSpec.of("e").withName("odd"));
      run.logMetrics(
          Map.of(
              "nan", Double.NaN,
              "plus", Double.POSITIVE_INFINITY,
              "minus", Double.NEGATIVE_INFINITY,
              "zero", -0.0,
              "smallest", Double.MIN_VALUE,
              "greatest", Double.MAX_VALUE));
      run.endRun();
      odd = run.id();
      ActiveRun gone = runlake.startRun("e");
      gone.endRun();
      deleted = gone.id();
      try (RunEditor editor = runlake.edit(deleted)) {
        editor.delete();
      }
    }
  }

  static Stream<Arguments> bad() {
    List<Arguments> rows = new ArrayList<>();
    for (String key : List.of("", ".", "/a", "a//b", "a/../b", "\uD83D\uDE00", "a\nb", "\"")) {
      rows.add(row("F2", "tag", register("--tag", key + "=1")));
    }
    rows.add(row("F2", "251 characters", register("--tag", "k".repeat(251) + "=1")));
    rows.add(row("F2", "'a//b'", register("--tag", "good=1", "--tag", "a//b=1")));
    rows.add(row("F4", "100001 characters", register("--tag", "t=" + "x".repeat(100_001))));
    rows.add(row("F4", "maximum length of 255", alias("a".repeat(256), "1")));
    rows.add(row("F6", "There is no run", "runs", "show", "0123456789abcdef0123456789abcdef"));
    rows.add(row("F6", "nobody", "runs", "list", "--experiment", "nobody"));
    rows.add(row("F6", "nobody", "experiments", "show", "nobody"));
    rows.add(row("F6", "9", alias("champion", "9")));
    rows.add(row("F7", "position 12", filter("params.p = 'x")));
    rows.add(row("F7", "position 8", filter("params.`p = 'x'")));
    rows.add(row("F7", "one statement only", filter("metrics.m > 1; DROP TABLE runs")));
    rows.add(row("F7", "OR is not supported", filter("params.p = 'x' OR 1=1")));
    rows.add(row("F7", "compared with a number", filter("metrics.m > 'a'")));
    rows.add(row("F7", "position 100001", filter("metrics.m > 1 AND ".repeat(58_255))));
    rows.add(row("F7", "position 1;", filter("(".repeat(10_000))));
    rows.add(row("F7", "does not fit", filter("metrics.m LIKE '%%%'")));
    rows.add(row("F7", "is not closed", filter("tags.t LIKE '" + "%".repeat(10_000))));
    rows.add(row("F7", "did you mean 'metric", filter("metrcs.m > 1")));
    rows.add(row("F7", "position 9", filter("metrics.\\u0061 > 1")));
    rows.add(row("F7", "the list is empty", filter("run_id IN ()")));
    rows.add(row("F7", "SIDEWAYS", "runs", "search", "--order-by", "metrics.m SIDEWAYS"));
    for (String[] search : List.of(split("experiments search"), split("models search"))) {
      rows.add(row("F7", "OR is not supported", and(search, "--filter", "name = 'x' OR 1=1")));
      rows.add(row("F7", "did you mean 'name'", and(search, "--filter", "nam = 'x'")));
    }
    String[] versions = split("models search --versions");
    rows.add(row("F7", "OR is not supported", and(versions, "--filter", "name = 'x' OR 1=1")));
    for (String size : List.of("0", "-1", "50001")) {
      rows.add(row("F7", size, "runs", "search", "--max-results", size));
    }
    rows.add(row("F7", "page token", "runs", "search", "--page-token", "forged"));
    return rows.stream();
  }

  private static Arguments row(String line, String says, String... args) {
    return Arguments.of(line, says, args);
  }

  private static String[] register(String... more) {
    return and(new String[] {"models", "register", "detector", model.toString()}, more);
  }

  private static String[] alias(String alias, String version) {
    return new String[] {"models", "set-alias", "detector", alias, version};
  }

  private static String[] filter(String filter) {
    return new String[] {"runs", "search", "--filter", filter};
  }

  private static String[] split(String words) {
    return words.split(" ");
  }

  private static String[] and(String[] args, String... more) {
    return Stream.of(args, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  @ParameterizedTest
  @MethodSource("bad")
  void isOneLineAndChangesNothing(String line, String says, String[] args) throws IOException {
    List<String> before = files();
    assertThat(before).hasSizeGreaterThan(10);

    Answers answer = Answers.to(and(args, "--store", root.toString()));

    assertThat(answer.exitCode()).as(answer.err()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.out()).isEmpty();
    assertThat(answer.err().lines()).as(answer.err()).hasSize(1);
    assertThat(answer.err()).startsWith("runlake: ").contains(says).hasSizeLessThan(1000);
    assertThat(files()).isEqualTo(before);
  }

  private static List<String> files() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        names.add(file + " " + Files.size(file));
      }
    }
    return names;
  }

  /** F1: what JSON has no number for is a text, as in MLflow's REST API. */
  @Test
  void oddValuesAreShownWhole() {
    Answers shown = Answers.to("runs", "show", odd.value(), "--store", root.toString(), "--json");
    JsonNode metrics = shown.json().at("/data/metrics");
    assertThat(metrics.get("nan").textValue()).isEqualTo("NaN");
    assertThat(metrics.get("plus").textValue()).isEqualTo("Infinity");
    assertThat(metrics.get("minus").textValue()).isEqualTo("-Infinity");
    assertThat(metrics.get("zero").doubleValue()).isZero();
    assertThat(metrics.get("smallest").doubleValue()).isEqualTo(Double.MIN_VALUE);
    assertThat(metrics.get("greatest").doubleValue()).isEqualTo(Double.MAX_VALUE);
    assertThat(found("metrics.nan != 1")).isEqualTo(1);
    assertThat(found("metrics.nan > 0")).isZero();
    assertThat(found("metrics.smallest > 0")).isEqualTo(1);
    assertThat(found("metrics.zero = 0")).isEqualTo(1);
  }

  private static int found(String filter) {
    return Answers.to(and(filter(filter), "--store", root.toString(), "--json"))
        .json()
        .get("runs")
        .size();
  }

  /** F6: a deleted run is shown when it is asked for, as deleted, and is in no list. */
  @Test
  void aDeletedRunSaysSo() {
    Answers shown =
        Answers.to("runs", "show", deleted.value(), "--store", root.toString(), "--json");
    assertThat(shown.json().at("/info/lifecycle_stage").textValue()).isEqualTo("deleted");
    Answers listed = Answers.to("runs", "list", "--store", root.toString(), "--json");
    assertThat(listed.out()).contains(odd.value()).doesNotContain(deleted.value());
  }
}
