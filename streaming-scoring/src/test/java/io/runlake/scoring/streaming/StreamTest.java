package io.runlake.scoring.streaming;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.scoring.DeltaLogs;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.streaming.StreamWorld.Ended;
import io.runlake.scoring.streaming.StreamWorld.Halt;
import io.runlake.scoring.streaming.StreamWorld.Query;
import io.runlake.store.Alert;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.Tags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Queries on one small model. */
@Tag("slow")
class StreamTest {
  @TempDir static Path shared;
  static StreamWorld world;

  @BeforeAll
  static void register() {
    world = new StreamWorld(shared);
  }

  @Test
  void linesOfCsvAreScoredOnceAndTheRunTellsOfEachBatch() throws IOException {
    world.alias(1);
    Query query = world.query("csv");
    query.arrive("id,temperature,humidity,site", "1,20.5,70,a", "2,21.5,71,b", "", "   ");
    query.arrive("3,22.5,72,\"c,c\"", "4,warm,73,d", "5,,74,e", "6,24.5,75,f,more", "\"broken");

    Ended first = query.run("--input.options.header", "true", "--json");

    assertThat(first.err()).isEmpty();
    assertThat(first.exit()).isEqualTo(ExitCode.DONE);
    assertThat(query.scores().columns())
        .containsExactly(
            "id",
            "temperature",
            "humidity",
            "site",
            "prediction",
            "model_name",
            "model_version",
            "model_run_id",
            "scored_at",
            "source_file",
            "source_text",
            "batch_id",
            "job_run_id",
            "job",
            "query_id");
    assertThat(byId(query.scores(), "source_text"))
        .isEqualTo(Map.of(1L, "1,20.5,70,a", 2L, "2,21.5,71,b", 3L, "3,22.5,72,\"c,c\""));
    assertThat(query.scores().select("source_file").distinct().collectAsList())
        .extracting(row -> Path.of(java.net.URI.create(row.getString(0))).getFileName().toString())
        .containsExactlyInAnyOrder("00001", "00002");
    assertThat(query.quarantine().select("source_text", "stage", "batch_id").collectAsList())
        .extracting(row -> row.getString(0) + " " + row.getLong(2))
        .containsExactlyInAnyOrder(
            "4,warm,73,d 1", "5,,74,e 1", "6,24.5,75,f,more 1", "\"broken 1");
    assertThat(query.quarantine().columns()).contains("reason", "row", "model_version", "job");

    JsonNode report = new ObjectMapper().readTree(first.lastLine());
    assertThat(report.at("/rows/input").asLong()).isEqualTo(7);
    assertThat(report.at("/rows/scored").asLong()).isEqualTo(3);
    assertThat(report.at("/rows_by_model/models:~1climate~11").asLong()).isEqualTo(3);
    assertThat(report.at("/batches").asLong()).isEqualTo(2);

    query.arrive("7,20.0,70,a");
    Ended second = query.run("--input.options.header", "true", "--json");
    JsonNode more = new ObjectMapper().readTree(second.lastLine());
    assertThat(second.exit()).as(second.err()).isEqualTo(ExitCode.DONE);
    assertThat(more.at("/rows/input").asLong()).isEqualTo(1);
    assertThat(more.at("/query_id")).isEqualTo(report.at("/query_id"));
    assertThat(query.scores().count()).isEqualTo(4);
    try (Runlake runlake = Runlake.open(world.store)) {
      Run run = runlake.getRun(new RunId(report.at("/run_id").asText())).orElseThrow();
      assertThat(run.status()).isEqualTo(RunStatus.FINISHED);
      assertThat(runlake.metricHistory(run.id(), "rows_in"))
          .extracting(point -> point.value().step() + ":" + point.value().value())
          .containsExactlyInAnyOrder("0:2.0", "1:5.0");
      assertThat(run.metric("rows_quarantined")).hasValue(4.0);
      assertThat(run.metric("model_version")).hasValue(1.0);
      assertThat(run.params()).containsEntry("model_uri", "models:/climate@champion");
      assertThat(run.inputs()).hasSize(1);
      Run next = runlake.getRun(new RunId(more.at("/run_id").asText())).orElseThrow();
      assertThat(next.tags()).containsEntry(Tags.PARENT_RUN_ID, run.id().toString());
      assertThat(next.metric("rows_in")).hasValue(1.0);
    }
  }

  /** CSV is read by position: humidity would be scored as temperature. */
  @Test
  void aHeaderInAnotherOrderEndsTheQuery() {
    world.alias(1);
    Query query = world.query("misplaced");
    query.arrive("ID,Temperature,humidity,site", "1,20,70,a");
    query.arrive("id,humidity,temperature,site", "2,70,20,a");

    Ended ended = query.run("--input.options.header", "true");

    assertThat(ended.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(ended.err()).contains("id,humidity,temperature,site").contains("'temperature'");
    assertThat(byId(query.scores(), "batch_id")).isEqualTo(Map.of(1L, 0L));
    Ended enforced =
        query.run("--input.options.header", "true", "--input.options.enforceSchema", "true");
    assertThat(enforced.exit()).as(enforced.err()).isEqualTo(ExitCode.DONE);
    assertThat(byId(query.scores(), "batch_id")).isEqualTo(Map.of(1L, 0L, 2L, 1L));
  }

  @Test
  void linesOfJson() {
    world.alias(1);
    Query query = world.query("json");
    query.arrive(
        "{\"id\": 1, \"temperature\": 20.5, \"humidity\": 70}",
        "{\"id\": 2, \"temperature\": \"warm\", \"humidity\": 70}",
        "{\"id\": 3, \"temperature\": 20.5",
        "[{\"id\": 4}]",
        "null",
        "{\"id\": 5, \"humidity\": 70}");

    Ended ended = query.run("--input.format", "json", "--columns", "id");

    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(byId(query.scores(), "prediction")).containsOnlyKeys(1L);
    assertThat(query.quarantine().select("stage").collectAsList())
        .extracting(row -> row.getString(0).equals("parse"))
        .containsExactlyInAnyOrder(true, true, true, true, false);
  }

  @Test
  void rowsOfADeltaTableWithTheVersionsTheyComeFrom() {
    world.alias(1);
    Query query = world.query("delta");
    insert(query.input, 1, 2, false);
    insert(query.input, 3, 4, false);
    List<String> arguments = delta(query);

    assertThat(query.start(Step.Listener.NONE, arguments).exit()).isEqualTo(ExitCode.DONE);
    insert(query.input, 5, 5, false);
    Ended again = query.start(Step.Listener.NONE, arguments);

    assertThat(again.exit()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(byId(query.scores(), "source_version_to").keySet())
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    Row last = query.scores().where("id = 5").first();
    assertThat(last.<Long>getAs("source_version_from")).isEqualTo(2);
    assertThat(last.<Long>getAs("source_version_to")).isEqualTo(2);
    Row first = query.scores().where("id = 1").first();
    assertThat(first.<Long>getAs("source_version_from")).isEqualTo(0);
    assertThat(first.<Long>getAs("source_version_to")).isEqualTo(1);
  }

  @Test
  void changesOfADeltaTableWithTheCommitTheyComeFrom() {
    world.alias(1);
    Query query = world.query("changes");
    insert(query.input, 1, 3, true);
    io.delta.tables.DeltaTable table =
        io.delta.tables.DeltaTable.forPath(TestSpark.session(), query.input.toString());
    table.updateExpr("id = 2", Map.of("temperature", "30.0"));
    table.delete("id = 3");

    Ended ended =
        query.start(
            Step.Listener.NONE,
            with(
                delta(query),
                "--input.options.readChangeFeed",
                "true",
                "--input.options.startingVersion",
                "0"));

    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    assertThat(query.scores().select("id", "source_version").collectAsList())
        .extracting(row -> row.getLong(0) + "@" + row.getLong(1))
        .containsExactlyInAnyOrder("1@0", "2@0", "3@0", "2@1");
  }

  @Test
  void theAliasIsFollowedAndABrokenModelIsNot() throws IOException {
    world.alias(1);
    int wanting = world.registerWanting("pressure");
    int damaged = world.registerDamaged();
    Query query = world.query("moves");
    for (int i = 0; i < 8; i++) {
      query.arrive(i + ",20,70,a");
    }
    Map<Long, Integer> moves = Map.of(1L, 2, 3L, wanting, 5L, damaged, 7L, 1);
    Step.Listener mover =
        (step, batch) -> {
          if (step == Step.SCORES_WRITTEN && moves.containsKey(batch + 1)) {
            world.alias(moves.get(batch + 1));
          }
        };
    int before = world.alerts().size();

    Ended ended = query.run(mover);

    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.DONE);
    Map<Long, Integer> versions = new TreeMap<>();
    query
        .scores()
        .collectAsList()
        .forEach(row -> versions.put(row.getAs("batch_id"), row.getAs("model_version")));
    assertThat(versions).isEqualTo(Map.of(0L, 1, 1L, 2, 2L, 2, 3L, 2, 4L, 2, 5L, 2, 6L, 2, 7L, 1));
    List<Alert> alerts = world.alerts().subList(before, world.alerts().size());
    assertThat(alerts).extracting(Alert::kind).containsOnly("refused-model");
    assertThat(alerts)
        .extracting(Alert::subject)
        .containsExactly("models:/climate/" + wanting, "models:/climate/" + damaged);
    assertThat(alerts.get(0).message()).contains("pressure");
    JsonNode pin =
        new ObjectMapper().readTree(query.checkpoint.resolve("runlake/pins/6.json").toFile());
    assertThat(pin.at("/model_version").asInt()).isEqualTo(2);
    assertThat(pin.at("/refused/0/model").asText()).isEqualTo("models:/climate/" + damaged);
  }

  /** Who is interrupted while the model of a version loads has learnt nothing about it. */
  @Test
  void aVersionWhoseLoadIsInterruptedIsNotRefused() {
    world.alias(1);
    Query query = world.query("interrupted");
    for (int i = 0; i < 3; i++) {
      query.arrive(i + ",20,70,a");
    }
    Step.Listener interrupt =
        (step, batch) -> {
          if (step == Step.SCORES_WRITTEN && batch == 0) {
            world.alias(2);
            Thread thread = Thread.currentThread();
            CompletableFuture.runAsync(() -> interruptLoad(thread));
          }
        };
    int before = world.alerts().size();

    Ended ended = query.run(interrupt);

    assertThat(ended.exit()).as(ended.out()).isEqualTo(ExitCode.FAILED);
    assertThat(world.alerts()).hasSize(before);
    assertThat(query.run().exit()).isEqualTo(ExitCode.DONE);
    assertThat(query.scores().select("batch_id", "model_version").collectAsList())
        .extracting(row -> row.getLong(0) + " by " + row.getInt(1))
        .containsExactlyInAnyOrder("0 by 1", "1 by 2", "2 by 2");
  }

  private static void interruptLoad(Thread thread) {
    while (thread.isAlive()) {
      for (StackTraceElement frame : thread.getStackTrace()) {
        if (frame.getClassName().endsWith(".ModelLoader")
            && frame.getMethodName().equals("loadStages")) {
          thread.interrupt();
          return;
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void aBatchThatDiedIsDoneAgainWithItsOwnModel(Step step) {
    world.alias(1);
    Query query = world.query("halt-" + step);
    query.arrive("1,20,70,a");
    query.arrive("2,20,70,a", "3,hot,70,a");
    query.arrive("4,20,70,a");

    assertThatExceptionOfType(Halt.class).isThrownBy(() -> query.run(StreamWorld.haltAt(step, 1)));
    world.alias(2);
    Ended again = query.run("--json");

    assertThat(again.exit()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(query.scores().select("id", "model_version").collectAsList())
        .extracting(row -> row.getLong(0) + " by " + row.getInt(1))
        .containsExactlyInAnyOrder("1 by 1", "2 by 1", "4 by 2");
    assertThat(query.quarantine().select("source_text", "model_version").collectAsList())
        .extracting(row -> row.getString(0) + " by " + row.getInt(1))
        .containsExactly("3,hot,70,a by 1");
    assertThat(query.scores().where("batch_id = 1").select("job_run_id").first())
        .isEqualTo(query.quarantine().select("job_run_id").first());
    assertThat(again.lastLine())
        .contains("\"batches_replayed\":" + (step == Step.SCORES_WRITTEN ? 1 : 0));
  }

  @Test
  void aWipedCheckpointThatKeepsItsQueryIdIsRefused() throws IOException {
    world.alias(1);
    Query query = world.query("wiped");
    query.arrive("1,20,70,a");
    assertThat(query.run().exit()).isEqualTo(ExitCode.DONE);
    long version = version(query);
    for (String part : List.of("offsets", "commits", "sources", "runlake/pins")) {
      delete(query.checkpoint.resolve(part));
    }

    Ended again = query.run();

    assertThat(again.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(again.err().lines()).hasSize(1);
    assertThat(again.err()).contains("was wiped, but keeps its query id").contains("at batch 0");
    assertThat(version(query)).isEqualTo(version);

    Query other = world.query("wiped-but-for-pins");
    other.arrive("1,20,70,a");
    assertThat(other.run().exit()).isEqualTo(ExitCode.DONE);
    for (String part : List.of("offsets", "commits", "sources", "metadata", ".metadata.crc")) {
      delete(other.checkpoint.resolve(part));
    }
    Ended pinned = other.run();
    assertThat(pinned.exit()).as(pinned.err()).isEqualTo(ExitCode.REFUSED);
    assertThat(pinned.err()).contains("is pinned by the query");
    assertThat(other.scores().count()).isEqualTo(1);
  }

  @Test
  void aCheckpointIsForOneQuery() {
    world.alias(1);
    Query query = world.query("mine");
    query.arrive("1,20,70,a");
    assertThat(query.run().exit()).isEqualTo(ExitCode.DONE);

    Ended other = query.run("--output.path", query.output + "-other");
    assertThat(other.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(other.err()).contains("belongs to another query");
    assertThat(Path.of(query.output + "-other")).doesNotExist();

    Ended parsing = query.run("--parse-strings");
    assertThat(parsing.exit()).as("no batch is begun: " + parsing.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void tooManySpoiledRowsStopTheQuery() throws IOException {
    world.alias(1);
    Query query = world.query("spoiled");
    String[] rows = new String[600];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i + (i < 100 ? ",hot,70,a" : ",20,70,a");
    }
    query.arrive(rows);
    query.arrive(rows);
    query.arrive(rows);
    int before = world.alerts().size();

    Ended ended = query.run("--error-budget", "0.1", "--json");

    assertThat(ended.exit()).isEqualTo(ExitCode.OVER_BUDGET);
    JsonNode report = new ObjectMapper().readTree(ended.lastLine());
    assertThat(report.at("/batches").asLong()).isEqualTo(2);
    assertThat(report.at("/reason").asText())
        .contains("200 of 1200 rows")
        .contains("16.67 %")
        .contains("10.00 %");
    assertThat(query.scores().count()).isEqualTo(1000);
    assertThat(query.quarantine().count()).isEqualTo(200);
    assertThat(Files.exists(query.checkpoint.resolve("commits/1"))).isTrue();
    assertThat(world.alerts().subList(before, world.alerts().size()))
        .extracting(Alert::kind)
        .containsExactly("over-budget");

    Ended again = query.run("--error-budget", "0.5");
    assertThat(again.exit()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(query.scores().count()).isEqualTo(1500);
  }

  @Test
  void badInputIsOneErrorAndNothingIsWritten() throws IOException {
    world.alias(1);
    Query query = world.query("bad");
    query.arrive("1,20,70,a");

    refused(query, "--model", "models:/climat/1").contains("did you mean 'climate'");
    refused(query, "--model", "models:/climate/99").contains("99");
    refused(query, "--input.path", query.input + "-none").contains("No such input");
    refused(query, "--input.schema", "id int int").contains("int int");
    refused(query, "--input.schema", SCHEMA_WITHOUT_HUMIDITY).contains("humidity");
    refused(query, "--columns", "id,sit").contains("did you mean 'site'");
    refused(query, "--input.options.mode", "DROPMALFORMED").contains("PERMISSIVE");
    refused(query, "--input.options.multiLine", "true").contains("one row from each line");
    refused(query, "--input.format", "parquet").contains("delta, csv, json");
    refused(query, "--trigger", "sometimes").contains("available-now");
    refused(query, "--max-files-per-trigger", "0").contains("at least 1");
    refused(query, "--max-bytes-per-trigger", "many").contains("64m");
    refused(query, "--error-budget", "2").contains("between 0 and 1");
    refused(query, "--chekpoint", "x").contains("did you mean 'checkpoint'");
    refused(query, "--checkpoint", "").contains("Missing checkpoint");
    refused(query, "--input.format", "delta", "--input.schema", "").contains("no Delta table");
    Path foreign = Files.createDirectories(shared.resolve("foreign"));
    Files.writeString(foreign.resolve("letters.txt"), "dear all");
    refused(query, "--output.path", foreign.toString()).contains("is not a Delta table");
    Path stranger = shared.resolve("strangers-checkpoint");
    Files.createDirectories(stranger.resolve("offsets"));
    Files.writeString(stranger.resolve("offsets/0"), "v1\n{}\n{}");
    Ended ended = query.run("--checkpoint", stranger.toString());
    assertThat(ended.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(ended.err()).contains("not of this job");
    assertThat(query.output).doesNotExist();
    assertThat(query.checkpoint).doesNotExist();
  }

  private static final String SCHEMA_WITHOUT_HUMIDITY =
      StreamWorld.SCHEMA.replace("humidity", "humidty");

  private static org.assertj.core.api.AbstractStringAssert<?> refused(Query query, String... more) {
    Ended ended = query.run(more);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(ended.err().lines()).hasSize(1);
    assertThat(query.output).doesNotExist();
    assertThat(Path.of(query.output + "_quarantine")).doesNotExist();
    assertThat(query.checkpoint).doesNotExist();
    return assertThat(ended.err());
  }

  private static List<String> delta(Query query) {
    return with(query.arguments(), "--input.format", "delta", "--input.schema", "");
  }

  private static List<String> with(List<String> arguments, String... more) {
    return Stream.concat(arguments.stream(), Stream.of(more)).toList();
  }

  private static void insert(Path table, long from, long to, boolean changeFeed) {
    TestSpark.session()
        .range(from, to + 1)
        .withColumn("temperature", col("id").plus(20.0))
        .withColumn("humidity", col("id").plus(70.0))
        .coalesce(1)
        .write()
        .format("delta")
        .option("delta.enableChangeDataFeed", Boolean.toString(changeFeed))
        .mode(SaveMode.Append)
        .save(table.toString());
  }

  private static Map<Long, Object> byId(Dataset<Row> rows, String column) {
    Map<Long, Object> found = new TreeMap<>();
    for (Row row : rows.select("id", column).collectAsList()) {
      assertThat(found.put(row.getLong(0), row.get(1))).as("twice: " + row).isNull();
    }
    return found;
  }

  private static long version(Query query) {
    return DeltaLogs.state(TestSpark.session(), query.output.toString()).orElseThrow().version();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
