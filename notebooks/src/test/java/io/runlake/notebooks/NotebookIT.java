package io.runlake.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.store.DatasetRef;
import io.runlake.store.RunStatus;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The notebooks by {@code notebooks/run}, in a child JVM, with the one jar on the embedded Spark.
 */
@Tag("slow")
class NotebookIT {
  private static final Path NOTEBOOKS = TestSpark.projectRoot().resolve("notebooks");
  private static final Path SOURCE = NOTEBOOKS.resolve("occupancy.scala");
  private static final String SEPARATOR = "\n// COMMAND ----------\n";

  /** The pairs: each as the source of a Databricks notebook and as a Jupyter notebook. */
  private static final List<String> PAIRS =
      List.of("01-autolog", "02-tuning", "03-data", "04-registry", "05-scoring");

  /** Where a build keeps what it made; what is committed is refreshed by hand. */
  private static final Path MADE = NOTEBOOKS.resolve("target/notebooks");

  /** The stores that all notebooks wrote to, executed in one JVM. */
  @TempDir static Path lakes;

  private static Outcome all;

  @TempDir Path temp;

  private record Outcome(int exitCode, String out, String err) {}

  @BeforeAll
  static void executeAll() throws Exception {
    List<String> arguments = new ArrayList<>(List.of(SOURCE.toString()));
    for (String name : PAIRS) {
      arguments.add(NOTEBOOKS.resolve(name + ".scala").toString());
      arguments.add(NOTEBOOKS.resolve(name + ".ipynb").toString());
    }
    arguments.addAll(
        List.of("--out", MADE.toString(), "--param", "lake=" + lakes + "/a {notebook}"));
    all = run(lakes, arguments);
    assertThat(all.exitCode()).as(all.out() + all.err()).isZero();
  }

  private Outcome run(Path source, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(source.toString()));
    arguments.addAll(List.of(options));
    return run(temp, arguments);
  }

  private static Outcome run(Path temp, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(NOTEBOOKS.resolve("run").toString()));
    command.addAll(arguments);
    Path out = temp.resolve("out.txt");
    Path err = temp.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(temp.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("TMPDIR", temp.toString());
    Process child = builder.start();
    try {
      assertThat(child.waitFor(60, TimeUnit.MINUTES)).as("%s ends", command).isTrue();
    } finally {
      child.destroy();
    }
    return new Outcome(child.exitValue(), Files.readString(out), Files.readString(err));
  }

  @Test
  void theOccupancyNotebookKeepsWhatItPromises() throws Exception {
    Path lake = lakes.resolve("a occupancy.scala");

    String champion;
    try (Runlake runlake = Runlake.open("delta:" + lake.resolve("runlake"))) {
      List<Run> runs =
          runlake
              .searchRuns(
                  RunQuery.ofExperiments("occupancy").withOrderBy("attributes.start_time ASC"))
              .runs();
      assertThat(runs).as("a run of the one line, and the notebook's own").hasSize(2);
      assertThat(runs)
          .allSatisfy(
              run -> {
                assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
                assertThat(run.metric("accuracy").orElseThrow()).isBetween(0.97, 0.99);
                assertThat(run.params()).containsEntry("LogisticRegression.maxIter", "100");
                assertThat(run.inputs())
                    .as("what trained the model, and what its accuracy is about")
                    .extracting(input -> input.context().orElse(""), DatasetRef::kind)
                    .containsExactly(tuple("train", "delta"), tuple("eval", "csv"));
                assertThat(run.inputs().get(0).name()).endsWith("/telemetry");
              });
      assertThat(runs.stream().map(run -> run.inputs().get(0)).map(DatasetRef::version))
          .map(version -> version.orElse(""))
          .containsExactly("0", "1");
      assertThat(runs.get(1).name()).isEqualTo("two-weeks");
      Run best =
          runs.get(0).metric("accuracy").get() >= runs.get(1).metric("accuracy").get()
              ? runs.get(0)
              : runs.get(1);
      var version = runlake.registry().aliased("occupancy", "champion").orElseThrow();
      assertThat(version.runId()).contains(best.id());
      assertThat(runlake.registry().versions("occupancy")).hasSize(2);
      champion = String.valueOf(version.version());
    }
    var predictions =
        TestSpark.session().read().format("delta").load(lake.resolve("predictions").toString());
    assertThat(predictions.count()).isEqualTo(2545);
    assertThat(
            predictions
                .filter("prediction IN (0, 1) AND CO2 IS NOT NULL AND model_version = " + champion)
                .count())
        .isEqualTo(2545);
    thePageShows(MADE.resolve("occupancy.html"));
  }

  private static void thePageShows(Path html) throws IOException {
    String page = Files.readString(html);
    assertThat(page)
        .contains("<h1>Is somebody in the room?</h1>")
        .contains("was trained on version 0: 8143 rows; today there are 17895")
        .containsPattern(">quarantined</span></td><td class=\"number\"><span class=\"short\">120<")
        .contains(
            "val model: org.apache.spark.ml.PipelineModel", "val now: Long", "val then: Long");
    Matcher ended = Pattern.compile(">FINISHED</span></td>").matcher(page);
    assertThat(ended.results().count()).as("the fit's run is there at once").isEqualTo(1);
    int cells = Source.read(SOURCE).notebook().cells().size();
    assertThat(Pattern.compile("<section ").matcher(page).results().count()).isEqualTo(cells);
    assertThat(page)
        .as("what depends on where it was made")
        .doesNotContain(TestSpark.projectRoot().toString())
        .doesNotContain(lakes.toString());
  }

  /** The saved outputs are of the present source: executed again, they differ in numbers alone. */
  @ParameterizedTest
  @FieldSource("PAIRS")
  void bothOfAPairDoTheSameAndSavedOutputsAreTheirs(String name) throws Exception {
    List<String> scala = facts(name + ".scala");
    assertThat(scala).isNotEmpty().isEqualTo(facts(name + ".ipynb"));
    assertThat(Files.readString(MADE.resolve(name + ".html"))).contains("<section class=\"code\"");

    JsonNode saved = cells(NOTEBOOKS.resolve(name + ".ipynb"));
    JsonNode made = cells(MADE.resolve(name + ".ipynb"));
    assertThat(saved.size()).isEqualTo(made.size());
    for (int i = 0; i < saved.size(); i++) {
      assertThat(withoutNumbers(saved.get(i)))
          .as("cell %d of %s; 'notebooks/run notebooks/%s.ipynb' refreshes it", i + 1, name, name)
          .isEqualTo(withoutNumbers(made.get(i)));
    }
  }

  /** What a notebook left in its store, but for ids, names and numbers. */
  private static List<String> facts(String notebook) {
    List<String> facts = new ArrayList<>();
    try (Runlake runlake = Runlake.open("delta:" + lakes.resolve("a " + notebook + "/runlake"))) {
      for (Run run :
          runlake.searchRuns(RunQuery.all().withOrderBy("attributes.start_time ASC")).runs()) {
        facts.add(
            "%s %s %s %s %s"
                .formatted(
                    run.status(),
                    run.tags().getOrDefault("runlake.tuning.index", ""),
                    run.tags().getOrDefault("estimator_name", ""),
                    run.metrics().keySet(),
                    run.inputs().stream()
                        .map(input -> input.name().replaceFirst(".*/", "") + input.version())
                        .toList()));
      }
      runlake.registry().models().forEach(model -> facts.add(model.name() + " " + model.aliases()));
    }
    facts.sort(null);
    return facts;
  }

  private static JsonNode cells(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readString(file)).path("cells");
  }

  /** Source and outputs with one sign for each number and its place; of a picture its words. */
  private static String withoutNumbers(JsonNode cell) {
    StringBuilder text = new StringBuilder();
    cell.path("source").forEach(line -> text.append(line.asText()));
    for (JsonNode output : cell.path("outputs")) {
      StringBuilder shown = new StringBuilder();
      output.path("text").forEach(line -> shown.append(line.asText()));
      output.at("/data/text~1plain").forEach(line -> shown.append(line.asText()));
      for (JsonNode line : output.path("data").path("image/svg+xml")) {
        Matcher words = Pattern.compile(">([^<]*[a-zA-Z][^<]*)</text>").matcher(line.asText());
        words.results().forEach(found -> shown.append(found.group(1)).append('\n'));
      }
      text.append(output.path("output_type").asText())
          .append(
              shown
                  .toString()
                  .replaceAll("-?\\d+(\\.\\d+)?(E-?\\d+)?", "#")
                  .replaceAll("-{2,}", "--")
                  .replaceAll(" +", " "));
    }
    return text.toString();
  }

  @Test
  void theNotebooksKeepWhatTheyPromise() throws Exception {
    assertThat(printed("01-autolog"))
        .contains("LogisticRegression.maxIter", "coefficients.svg", "|areaUnderROC_datatest|0.9");
    assertThat(printed("02-tuning")).contains("best_model", "search_results.csv", "|4       |");
    assertThat(printed("03-data"))
        .contains(
            "the first model and the one of the replay are equal: true",
            "the first model and the second are equal: false",
            "at risk of VACUUM",
            "unknown LogicalRDD");
    assertThat(printed("04-registry"))
        .contains("(a regression) is the champion", "(one sensor is cheaper) is refused")
        .contains("version 3 (a forest) is the champion", "alias champion: 1 -> 3");
    assertThat(printed("05-scoring")).contains("DONE", "REFUSED", "quarantined");
    for (String name : List.of("01-autolog", "02-tuning", "04-registry")) {
      assertThat(cells(MADE.resolve(name + ".ipynb")).toString()).contains("image/svg+xml");
      assertThat(Files.readString(MADE.resolve(name + ".html"))).contains("data:image/svg+xml");
    }
  }

  private static String printed(String name) throws IOException {
    StringBuilder text = new StringBuilder();
    for (JsonNode cell : cells(MADE.resolve(name + ".ipynb"))) {
      for (JsonNode output : cell.path("outputs")) {
        output.path("text").forEach(line -> text.append(line.asText()));
      }
    }
    return text.toString();
  }

  @Test
  void theReadmesScalaAndSqlRunAsTheyStand() throws Exception {
    List<String> scala = snippets("scala");
    List<String> sql = snippets("sql");
    assertThat(scala).hasSize(1);
    assertThat(sql).hasSize(2);
    Path lake = temp.resolve("readme");
    List<String> cells = new ArrayList<>();
    cells.add(
        """
        // Databricks notebook source
        dbutils.widgets.text("data", "", "")
        dbutils.widgets.text("lake", "", "")
        import org.apache.spark.ml.Pipeline
        import org.apache.spark.ml.PipelineStage
        import org.apache.spark.ml.classification.LogisticRegression
        import org.apache.spark.ml.feature.VectorAssembler
        spark.conf.set("spark.runlake.tracking.uri", "delta:" + dbutils.widgets.get("lake"))
        val training = spark.read.option("header", true).schema("%s")
          .csv(dbutils.widgets.get("data") + "/datatest.txt")
        val pipeline = new Pipeline().setStages(Array[PipelineStage](
          new VectorAssembler().setInputCols(Array("Light", "CO2")).setOutputCol("features"),
          new LogisticRegression().setLabelCol("Occupancy").setRegParam(0.125)))"""
            .formatted(TestSpark.OCCUPANCY_SCHEMA));
    cells.addAll(scala);
    cells.add("println(\"logged: \" + run)");
    cells.add("io.runlake.spark.RunlakeViews.register(spark)");
    for (String snippet : sql) {
      for (String statement : snippet.replace("/data/runlake", lake.toString()).split(";\n")) {
        cells.add("// MAGIC %sql\n// MAGIC " + statement.strip().replace("\n", "\n// MAGIC "));
      }
    }
    Path source = temp.resolve("readme.scala");
    Files.writeString(source, String.join(SEPARATOR, cells));
    Outcome outcome = run(source, "--param", "lake=" + lake);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isZero();
    try (Runlake runlake = Runlake.open("delta:" + lake)) {
      List<Run> runs = runlake.searchRuns(RunQuery.all()).runs();
      assertThat(runs).hasSize(1);
      assertThat(Files.readString(temp.resolve("readme.html")))
          .as("a run id is a number on a page")
          .contains("logged: %032x".formatted(1))
          .contains(">" + runs.get(0).name() + "<", ">FINISHED<", ">0.125<");
    }
  }

  private static List<String> snippets(String language) throws IOException {
    String readme = Files.readString(TestSpark.projectRoot().resolve("README.md"));
    return Pattern.compile("(?s)```" + language + "\n(.*?)```")
        .matcher(readme)
        .results()
        .map(found -> found.group(1).strip().replaceFirst(";$", ""))
        .toList();
  }

  @Test
  void anErrorInScalaStopsWithItsCellAndLine() throws Exception {
    Outcome outcome = broken("val right = 1\nval wrong: Int = \"text\"");
    assertThat(outcome.err())
        .contains("Cell 3 (scala) of broken.scala failed at line " + line("wrong") + ":")
        .contains("type mismatch");
  }

  @Test
  void anErrorInSqlStopsWithItsCellAndLine() throws Exception {
    // The function of a cell runs in tasks, which is what the interpreter's settings are for.
    Outcome outcome =
        broken(
            "println(spark.range(3).rdd.map(n => n.longValue + 1).sum())\n",
            "// MAGIC %sql\n// MAGIC SELECT 1,\n// MAGIC   no_such_column");
    assertThat(outcome.out()).contains("cell 3 of ").doesNotContain("cell 4 of ");
    assertThat(outcome.err())
        .contains("Cell 4 (sql) of broken.scala failed at line " + line("no_such_column") + ":")
        .contains("no_such_column");
  }

  /** The line of the broken notebook that has this text. */
  private int line(String text) throws IOException {
    List<String> lines = Files.readAllLines(temp.resolve("broken.scala"));
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(text)) {
        return i + 1;
      }
    }
    throw new AssertionError("No line has " + text);
  }

  /** Runs the notebook with these cells after its first Scala cell, the last of which fails. */
  private Outcome broken(String... cells) throws Exception {
    List<String> parts = new ArrayList<>(List.of(Files.readString(SOURCE).split(SEPARATOR)));
    List<String> planted = new ArrayList<>();
    for (String cell : cells) {
      planted.add("\n" + cell + "\n");
    }
    planted.add(
        "\njava.nio.file.Files.createFile(java.nio.file.Path.of(\"%s\"))\n"
            .formatted(temp.resolve("after")));
    parts.addAll(2, planted);
    Path source = temp.resolve("broken.scala");
    Files.writeString(source, String.join(SEPARATOR, parts));
    Outcome outcome = run(source);
    assertThat(outcome.exitCode()).as(outcome.out() + outcome.err()).isEqualTo(1);
    assertThat(temp.resolve("after")).as("what the cell after it makes").doesNotExist();
    assertThat(temp.resolve("broken.html")).doesNotExist();
    return outcome;
  }
}
