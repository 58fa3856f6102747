package io.runlake.scoring.batch;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.scoring.DeltaLogs;
import io.runlake.scoring.ExitCode;
import io.runlake.store.RunId;
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
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights one after the other, on the real data. */
@Tag("slow")
class NightTest {
  private static final String DATE = "2015-02-04";

  @TempDir static Path shared;
  static String store;

  @TempDir Path folder;
  private Fixture fixture;

  @BeforeAll
  static void register() {
    store = Fixture.storeWithModels(shared);
  }

  @BeforeEach
  void output() {
    fixture = new Fixture(store, folder.resolve("scores"));
  }

  @Test
  void aNightIsScoredWholeAndIsARun() throws IOException {
    Started started = fixture.score("--model", "models:/occupancy@champion", "--json");

    assertThat(started.err()).isEmpty();
    assertThat(started.exit()).isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
    assertThat(fixture.quarantine().count()).isZero();
    assertThat(fixture.scores().columns())
        .containsExactly(
            "row",
            "date",
            "Temperature",
            "Humidity",
            "Light",
            "CO2",
            "HumidityRatio",
            "Occupancy",
            "prediction",
            "probability",
            "model_name",
            "model_version",
            "model_run_id",
            "scored_at",
            "job_run_id",
            "job",
            "logical_date");
    assertThat(fixture.scores().schema().apply("probability").dataType().simpleString())
        .isEqualTo("array<double>");
    double accuracy =
        fixture
            .scores()
            .select(avg(col("prediction").equalTo(col("Occupancy")).cast("double")))
            .first()
            .getDouble(0);
    assertThat(accuracy).isBetween(0.95, 0.995);

    JsonNode report = new ObjectMapper().readTree(started.lastLine());
    assertThat(report.at("/status").asText()).isEqualTo("done");
    assertThat(report.at("/rows/input").asLong()).isEqualTo(Occupancy.DATATEST);
    assertThat(report.at("/rows/scored").asLong()).isEqualTo(Occupancy.DATATEST);
    assertThat(report.at("/model").asText()).isEqualTo("models:/occupancy/1");
    assertThat(report.at("/output_version").asLong()).isZero();
    try (Runlake runlake = Runlake.open(store)) {
      Run run = runlake.getRun(new RunId(report.at("/run_id").asText())).orElseThrow();
      assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(run.metric("rows_in")).hasValue((double) Occupancy.DATATEST);
      assertThat(run.metric("rows_quarantined")).hasValue(0.0);
      assertThat(run.params())
          .containsEntry("model", "models:/occupancy/1")
          .containsEntry("model_uri", "models:/occupancy@champion")
          .containsEntry("attempt", "1")
          .containsEntry("logical_date", DATE)
          .containsKey("model_digest");
      assertThat(run.tags()).containsEntry("runlake.output_version", "0");
      assertThat(run.inputs()).hasSize(1);
      assertThat(run.inputs().get(0).version().orElseThrow())
          .isEqualTo(report.at("/input_version").asText());
    }
  }

  @Test
  void linesOfJsonAreScoredAndThoseThatDoNotParseSetAside() throws IOException {
    Path input = folder.resolve("lines");
    TestSpark.occupancy("datatest.txt").coalesce(1).write().json(input.toString());
    Files.writeString(
        input.resolve("more.json"),
        "{\"row\": 1, \"Temperature\": \"warm\"}\n{not json\n{\"row\": 2}\n");

    Started started =
        fixture.score(
            "--input.format", "json", "--input.path", input.toString(), "--columns", "row,date");

    assertThat(started.exit()).as(started.err()).isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
    assertThat(fixture.quarantine().select("stage").collectAsList())
        .extracting(row -> row.getString(0))
        .hasSize(3)
        .contains("parse");
  }

  @Test
  void aDoneNightIsLeftAlone() {
    assertThat(fixture.score().exit()).isEqualTo(ExitCode.DONE);
    long version = fixture.version();
    long runs = runs();

    Started again = fixture.score("--model", "models:/occupancy@champion", "--json");

    assertThat(again.exit()).isEqualTo(ExitCode.DONE);
    assertThat(again.out()).contains("is done already: nothing was written");
    assertThat(again.lastLine()).contains("already_done").contains("\"input\":2665");
    assertThat(fixture.version()).isEqualTo(version);
    assertThat(runs()).isEqualTo(runs);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
  }

  @Test
  void anOlderNightAfterANewerIsScored() {
    String newer = TestSpark.occupancyFile("datatest2.txt").toString();
    assertThat(fixture.score("--date", "2015-02-11", "--input.path", newer).exit())
        .isEqualTo(ExitCode.DONE);
    assertThat(fixture.score().exit()).isEqualTo(ExitCode.DONE);

    fixture.assertNight("nightly", "2015-02-11", "datatest2.txt", 1);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
    assertThat(fixture.scores().count()).isEqualTo(Occupancy.DATATEST + Occupancy.DATATEST2);
  }

  @Test
  void anotherModelNeedsForce() {
    assertThat(fixture.score().exit()).isEqualTo(ExitCode.DONE);
    long version = fixture.version();

    Started refused = fixture.score("--model", "models:/occupancy/2");
    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.errors()).hasSize(1);
    assertThat(refused.err())
        .contains("models:/occupancy/1, not with models:/occupancy/2")
        .contains("--force");
    assertThat(fixture.version()).isEqualTo(version);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);

    assertThat(fixture.score("--model", "models:/occupancy/2", "--force").exit())
        .isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", DATE, "datatest.txt", 2);
  }

  @Test
  void anotherInputNeedsForce() {
    assertThat(fixture.score().exit()).isEqualTo(ExitCode.DONE);
    String other = TestSpark.occupancyFile("datatest2.txt").toString();

    Started refused = fixture.score("--input.path", other);
    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.err()).contains("done with input files:");
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);

    assertThat(fixture.score("--input.path", other, "--force").exit()).isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", DATE, "datatest2.txt", 1);
  }

  @Test
  void twoJobsShareATable() {
    assertThat(fixture.score().exit()).isEqualTo(ExitCode.DONE);
    assertThat(fixture.score("--job", "other", "--model", "models:/occupancy/2").exit())
        .isEqualTo(ExitCode.DONE);
    assertThat(fixture.score("--force").exit()).isEqualTo(ExitCode.DONE);

    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
    fixture.assertNight("other", DATE, "datatest.txt", 2);
    assertThat(fixture.scores().count()).isEqualTo(2 * Occupancy.DATATEST);
  }

  @Test
  void whatCannotBeScoredIsSetAsideAndCounted() throws IOException {
    Path input = withPoison(5);

    Started started = fixture.score("--input.path", input.toString(), "--error-budget", "0.5");

    assertThat(started.err()).isEmpty();
    assertThat(started.exit()).isEqualTo(ExitCode.DONE);
    assertThat(fixture.scores().count()).isEqualTo(Occupancy.DATATEST);
    assertThat(fixture.quarantine().count()).isEqualTo(5);
    List<Row> rows = fixture.quarantine().select("reason", "row", "attempt").collectAsList();
    assertThat(rows).allSatisfy(row -> assertThat(row.getString(1)).contains("poison"));
    assertThat(rows).allSatisfy(row -> assertThat(row.getString(0)).isNotBlank());

    // Scoring again replaces the set-aside rows too: the old ones belong to scores that are gone.
    assertThat(
            fixture
                .score("--input.path", input.toString(), "--error-budget", "0.5", "--force")
                .exit())
        .isEqualTo(ExitCode.DONE);
    assertThat(fixture.quarantine().count()).isEqualTo(5);
    assertThat(fixture.quarantine().select("attempt").distinct().first().getLong(0)).isEqualTo(2);
    assertThat(fixture.countingQuarantine("nightly", DATE)).isEqualTo(5);
  }

  @Test
  void theErrorBudgetDecidesTheExitCodeEachTime() throws IOException {
    Path input = withPoison(30);

    Started over = fixture.score("--input.path", input.toString(), "--error-budget", "0.01");
    assertThat(over.exit()).isEqualTo(ExitCode.OVER_BUDGET);
    assertThat(over.out()).contains("30 quarantined (1.11 %)").contains("over budget");
    assertThat(fixture.scores().count()).isEqualTo(Occupancy.DATATEST);

    Started again = fixture.score("--input.path", input.toString(), "--error-budget", "0.01");
    assertThat(again.exit()).isEqualTo(ExitCode.OVER_BUDGET);
    Started within = fixture.score("--input.path", input.toString(), "--error-budget", "0.02");
    assertThat(within.exit()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aDeltaInputIsReadAtItsVersion() {
    Path table = folder.resolve("readings");
    TestSpark.occupancy("datatest.txt").write().format("delta").save(table.toString());
    String[] flags = {
      "--input.format", "delta", "--input.path", table.toString(), "--input.schema", "",
    };
    assertThat(fixture.score(flags).exit()).isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);

    TestSpark.occupancy("datatest2.txt")
        .write()
        .format("delta")
        .mode(SaveMode.Append)
        .save(table.toString());
    assertThat(fixture.score(flags).exit()).isEqualTo(ExitCode.REFUSED);
    List<String> pinned = new ArrayList<>(List.of(flags));
    pinned.addAll(List.of("--input.version", "0"));
    Started same = fixture.score(pinned.toArray(String[]::new));
    assertThat(same.exit()).isEqualTo(ExitCode.DONE);
    assertThat(same.out()).contains("is done already");
    pinned.set(pinned.size() - 1, "7");
    Started missing = fixture.score(pinned.toArray(String[]::new));
    assertThat(missing.exit()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(missing.err()).contains("no version 7").contains("newest is 1");
  }

  /** Nothing came that day. */
  @Test
  void aNightWithoutRowsIsDone() {
    String schema = TestSpark.occupancy("datatest.txt").schema().toDDL();
    for (String format : List.of("delta", "parquet")) {
      Path none = folder.resolve("none-" + format);
      TestSpark.session()
          .createDataFrame(List.<Row>of(), StructType.fromDDL(schema))
          .write()
          .format(format)
          .save(none.toString());
      Started started =
          fixture.score(
              "--input.format",
              format,
              "--input.path",
              none.toString(),
              "--input.schema",
              "",
              "--job",
              "none-" + format);
      assertThat(started.err()).isEmpty();
      assertThat(started.exit()).isEqualTo(ExitCode.DONE);
    }
    assertThat(fixture.scores().count()).isZero();
    assertThat(fixture.quarantine().count()).isZero();
  }

  @Test
  void parquetFilesAndColumnNamesWithSpacesAreCarried() {
    Path files = folder.resolve("parquet");
    TestSpark.occupancy("datatest.txt")
        .withColumnRenamed("Occupancy", "was occupied (0/1)")
        .write()
        .parquet(files.toString());

    Started started =
        fixture.score(
            "--input.format", "parquet",
            "--input.path", files.toString(),
            "--input.schema", "",
            "--columns", "row,date,was occupied (0/1)",
            "--model-columns", "rawPrediction");

    assertThat(started.err()).isEmpty();
    assertThat(started.exit()).isEqualTo(ExitCode.DONE);
    fixture.assertNight("nightly", DATE, "datatest.txt", 1);
    assertThat(fixture.scores().columns())
        .startsWith("row", "date", "was occupied (0/1)", "prediction", "probability")
        .contains("rawPrediction")
        .doesNotContain("Light");
    assertThat(
            fixture
                .score(
                    "--input.format",
                    "parquet",
                    "--input.path",
                    files.toString(),
                    "--input.schema",
                    "",
                    "--columns",
                    "row,date,was occupied (0/1)",
                    "--model-columns",
                    "rawPrediction",
                    "--date",
                    "2015-02-05")
                .exit())
        .isEqualTo(ExitCode.DONE);
    assertThat(fixture.scores().count()).isEqualTo(2 * Occupancy.DATATEST);
  }

  @Test
  void anInputThatChangesIsNotPublished() throws IOException {
    Path input = withPoison(0);
    Step.Listener append =
        step -> {
          if (step == Step.QUARANTINED) {
            append(input, "\"9999\",\"2015-02-04 17:51:00\",23.18,27.272,426,721.25,0.0047,1\n");
          }
        };

    Started started = fixture.score(append, "--input.path", input.toString());

    assertThat(started.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(started.err()).contains("The input changed while it was read").contains("bytes");
    assertThat(DeltaLogs.state(TestSpark.session(), fixture.output.toString())).isEmpty();

    // The files of the refused attempt lie there, unreferenced; they are in nobody's way.
    assertThat(fixture.score("--input.path", input.toString()).exit()).isEqualTo(ExitCode.DONE);
    assertThat(fixture.scores().count()).isEqualTo(Occupancy.DATATEST + 1);
  }

  private Path withPoison(int lines) throws IOException {
    Path input =
        Files.copy(TestSpark.occupancyFile("datatest.txt"), folder.resolve("poisoned.csv"));
    for (int i = 0; i < lines; i++) {
      append(input, "\"" + (10_000 + i) + "\",poison,not a number,1,2,3,4,1\n");
    }
    return input;
  }

  private static void append(Path file, String text) {
    try {
      Files.writeString(file, text, java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long runs() {
    try (Runlake runlake = Runlake.open(store)) {
      return runlake.searchRuns(RunQuery.ofExperiments("scoring/nightly")).runs().size();
    }
  }
}
