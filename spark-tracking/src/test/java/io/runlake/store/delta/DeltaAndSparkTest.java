package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.Alert;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.ExperimentRow;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StateTable.Decision;
import io.runlake.store.StatusChange;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plain Spark with Delta reads every table, and the folds that {@code docs/format.md} publishes
 * give what the store gives. The statements are taken from that page, so that it cannot go stale.
 */
@Tag("slow")
class DeltaAndSparkTest {
  private static final Instant START = Instant.parse("2026-10-31T23:30:00.5Z");

  @TempDir Path folder;
  private Store store;

  @BeforeEach
  void open() {
    store = Stores.open("delta:" + folder.resolve("root"), StoreOptions.defaults());
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** The statement of the page that follows a comment with these words. */
  private Dataset<Row> published(String comment) throws Exception {
    String page = Files.readString(TestSpark.projectRoot().resolve("docs/format.md"));
    int start = page.indexOf("\n-- " + comment);
    assertThat(start).describedAs("docs/format.md has no statement '%s'", comment).isPositive();
    String statement = page.substring(start, page.indexOf(';', start));
    return TestSpark.session().sql(statement.replace("<root>", folder.resolve("root").toString()));
  }

  private Dataset<Row> table(String name) {
    return TestSpark.session().read().format("delta").load(folder.resolve("root") + "/" + name);
  }

  private static Optional<Stamp> stamp(Random random) {
    long at = random.nextInt(4);
    return switch (random.nextInt(4)) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(Stamp.deletion(at));
      case 2 -> Optional.of(Stamp.of(at, ""));
      default ->
          Optional.of(Stamp.of(at, List.of("a", "ä", "\uFFFD", "😀").get(random.nextInt(4))));
    };
  }

  private static Map<String, Stamp> stamps(Random random, boolean deletions) {
    Map<String, Stamp> stamps = new HashMap<>();
    for (String key : List.of("x", "y", "z w")) {
      stamp(random)
          .filter(stamp -> deletions || stamp.value().isPresent())
          .ifPresent(stamp -> stamps.put(key, stamp));
    }
    return stamps;
  }

  /** Changes with few stamps and values, so that ties are frequent. */
  private static RunRow randomChange(RunId id, Random random) {
    double[] values = {Double.NaN, Double.POSITIVE_INFINITY, -0.0, 0.0, -1.5};
    RunRow row = RunRow.of(id, new ExperimentId("7"));
    if (random.nextBoolean()) {
      row = row.withOrigin(new RunOrigin("ann", "a.scala", START, "file:/artifacts/" + id));
    }
    if (random.nextBoolean()) {
      Optional<Instant> end =
          random.nextBoolean() ? Optional.empty() : Optional.of(START.plusMillis(1));
      row =
          row.withStatus(
              new StatusChange(
                  random.nextInt(2),
                  random.nextInt(3),
                  random.nextInt(2),
                  RunStatus.values()[random.nextInt(RunStatus.values().length)],
                  end,
                  random.nextBoolean() ? Optional.empty() : Optional.of("why")));
    }
    if (random.nextBoolean()) {
      row = row.withName(Stamp.of(random.nextInt(3), "n" + random.nextInt(3)));
      row = row.withLifecycle(Stamp.of(1, random.nextBoolean() ? RunRow.ACTIVE : RunRow.DELETED));
    }
    if (random.nextBoolean()) {
      row = row.withLeaseUntil(START.plusMillis(random.nextInt(5)));
      row =
          row.withMetrics(
              Map.of(
                  "m",
                  new MetricValue(
                      random.nextInt(2), random.nextInt(2), values[random.nextInt(5)])));
    }
    DatasetRef read =
        new DatasetRef(
            "delta",
            "/t",
            Optional.of("" + random.nextInt(2)),
            Optional.of("train"),
            random.nextBoolean() ? Optional.empty() : Optional.of("d"),
            Optional.empty());
    return row.withParams(stamps(random, false))
        .withTags(stamps(random, true))
        .withInputs(Map.of(read.key(), new RunInput(random.nextInt(2), read)));
  }

  @Test
  void thePublishedFoldIsTheStoresCurrentState() throws Exception {
    Random random = new Random(11);
    List<RunId> ids = Stream.generate(() -> RunId.newId(START)).limit(60).toList();
    for (int delivery = 0; delivery < 6; delivery++) {
      List<RunRow> rows = new ArrayList<>();
      for (RunId id : ids) {
        rows.add(randomChange(id, random));
      }
      store.runs().append(new RunBatch(List.of(), rows)).join();
    }
    Map<String, RunRow> expected = new TreeMap<>();
    store.runs().current(RunScan.all()).forEach(row -> expected.put(row.runId().value(), row));
    assertThat(expected).hasSize(60);
    assertThat(table("runs").count()).isEqualTo(360);

    List<Row> folded = published("runs, current state").collectAsList();
    assertThat(folded).hasSize(60);
    for (Row row : folded) {
      assertSameRun(row, expected.get(row.<String>getAs("run_id")));
    }
    Map<String, String> tags = new TreeMap<>();
    published("tags, one row per run and tag")
        .collectAsList()
        .forEach(row -> tags.put(row.getString(0) + " " + row.getString(1), row.getString(2)));
    Map<String, String> expectedTags = new TreeMap<>();
    expected.forEach(
        (id, row) ->
            values(row.tags()).forEach((key, value) -> expectedTags.put(id + " " + key, value)));
    assertThat(tags).hasSizeGreaterThan(20).isEqualTo(expectedTags);
  }

  private static void assertSameRun(Row row, RunRow expected) {
    assertThat(row.<String>getAs("experiment_id")).isEqualTo("7");
    assertThat(Optional.ofNullable(row.<String>getAs("run_name")))
        .isEqualTo(expected.name().flatMap(Stamp::value));
    assertThat(Optional.ofNullable(row.<String>getAs("user")))
        .isEqualTo(expected.origin().map(RunOrigin::user));
    assertThat(instant(row, "start_time")).isEqualTo(expected.origin().map(RunOrigin::startTime));
    assertThat(Optional.ofNullable(row.<String>getAs("status")))
        .isEqualTo(expected.status().map(status -> status.status().name()));
    assertThat(instant(row, "end_time"))
        .isEqualTo(expected.status().flatMap(StatusChange::endTime));
    assertThat(Optional.ofNullable(row.<String>getAs("status_message")))
        .isEqualTo(expected.status().flatMap(StatusChange::message));
    assertThat(row.<String>getAs("lifecycle_stage"))
        .isEqualTo(expected.deleted() ? "deleted" : "active");
    assertThat(map(row, "params")).isEqualTo(values(expected.params()));
    assertThat(map(row, "tags")).isEqualTo(values(expected.tags()));
    assertThat(map(row, "metrics"))
        .isEqualTo(mapped(expected.metrics(), (MetricValue value) -> value.value()));
    Map<Object, Object> inputs = new HashMap<>();
    map(row, "inputs")
        .forEach(
            (key, input) ->
                inputs.put(key, Optional.ofNullable(((Row) input).<String>getAs("digest"))));
    assertThat(inputs)
        .isEqualTo(mapped(expected.inputs(), (RunInput input) -> input.dataset().digest()));
  }

  private static Optional<Instant> instant(Row row, String column) {
    return Optional.ofNullable(row.<Timestamp>getAs(column)).map(Timestamp::toInstant);
  }

  private static Map<Object, Object> map(Row row, String column) {
    return new HashMap<>(row.getJavaMap(row.fieldIndex(column)));
  }

  private static <V> Map<Object, Object> mapped(Map<String, V> map, Function<V, Object> value) {
    Map<Object, Object> mapped = new HashMap<>();
    map.forEach((key, held) -> mapped.put(key, value.apply(held)));
    return mapped;
  }

  private static Map<String, String> values(Map<String, Stamp> stamps) {
    Map<String, String> values = new HashMap<>();
    stamps.forEach((key, stamp) -> stamp.value().ifPresent(value -> values.put(key, value)));
    return values;
  }

  @Test
  void sparkReadsPointsStatesAndAlerts() throws Exception {
    RunId run = RunId.newId(START);
    List<MetricPoint> points =
        List.of(
            new MetricPoint(
                new ExperimentId("7"),
                run,
                "m",
                new MetricValue(1, 1_700_000_000_123L, Double.NaN)),
            new MetricPoint(
                new ExperimentId("7"), run, "m", new MetricValue(-1, 1_700_000_000_124L, 0.25)));
    store.runs().append(new RunBatch(points, List.of())).join();
    store.runs().append(new RunBatch(points, List.of())).join();
    assertThat(table("metrics").count()).isEqualTo(4);
    assertThat(published("metrics, every point once").collectAsList())
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.<String>getAs("run_id")).isEqualTo(run.value()))
        .anySatisfy(
            row -> {
              assertThat(row.<Double>getAs("value")).isNaN();
              assertThat(row.<Long>getAs("step")).isEqualTo(1);
              assertThat(instant(row, "timestamp"))
                  .contains(Instant.ofEpochMilli(1_700_000_000_123L));
            });

    store.registry().change(state -> decision(model(Map.of(), state.nextRevision())));
    store.registry().change(state -> decision(version(1, false, state.nextRevision())));
    store.registry().change(state -> decision(version(2, true, state.nextRevision())));
    store.registry().change(state -> decision(model(Map.of("champion", 1), state.nextRevision())));
    assertThat(published("registry (and experiments").collectAsList())
        .extracting(row -> row.<String>getAs("kind") + row.<Integer>getAs("version"))
        .containsExactlyInAnyOrder("model0", "version1");
    Row alias = published("aliases").collectAsList().get(0);
    assertThat(alias.mkString("|")).isEqualTo("m|champion|1");

    store
        .experiments()
        .change(
            state ->
                new Decision<>(
                    List.of(
                        new ExperimentRow(
                            new ExperimentId("7"),
                            "n",
                            "file:/a",
                            RunRow.ACTIVE,
                            Map.of("k", "v"),
                            START,
                            START,
                            1)),
                    0));
    Row experiment = table("experiments").collectAsList().get(0);
    assertThat(experiment.<String>getAs("name")).isEqualTo("n");
    assertThat(map(experiment, "tags")).isEqualTo(Map.of("k", "v"));
    store.alerts().append(new Alert(5, "gate", "m", "bad", Optional.of(run)));
    assertThat(table("alerts").collectAsList().get(0).mkString("|"))
        .isEqualTo("5|gate|m|bad|" + run);
  }

  private static Decision<RegistryRow, Integer> decision(RegistryRow row) {
    return new Decision<>(List.of(row), 0);
  }

  private static RegistryRow model(Map<String, Integer> aliases, long revision) {
    return new RegistryRow(
        RegistryRow.Entry.model("m"),
        false,
        aliases,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        START,
        new RegistryRow.Change("ann", START, ""),
        revision);
  }

  private static RegistryRow version(int number, boolean deleted, long revision) {
    return new RegistryRow(
        RegistryRow.Entry.version("m", number),
        deleted,
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.of("None"),
        Optional.of(new RegistryRow.ModelSource("file:/m", Optional.empty(), "sha256:0")),
        START,
        new RegistryRow.Change("ann", START, ""),
        revision);
  }

  @Test
  @SuppressWarnings("deprecation") // The one short way to make Spark write a checkpoint.
  void checkpointsOfKernelAndOfSparkAreBothRead() throws Exception {
    List<RunRow> written = new ArrayList<>();
    for (int i = 0; i < 55; i++) {
      written.add(append());
    }
    Path log = folder.resolve("root/runs/_delta_log");
    awaitCheckpoints();
    assertThat(log.resolve("00000000000000000050.checkpoint.parquet")).exists();
    assertThat(log.resolve("_last_checkpoint")).exists();
    assertSameEverywhere(written);

    DeltaLog.clearCache();
    DeltaLog.forTable(TestSpark.session(), "file:" + folder.resolve("root/runs")).checkpoint();
    assertThat(log.resolve("00000000000000000054.checkpoint.parquet")).exists();
    for (int i = 0; i < 50; i++) {
      written.add(append());
    }
    awaitCheckpoints();
    assertThat(log.resolve("00000000000000000100.checkpoint.parquet")).exists();
    assertSameEverywhere(written);

    // Only the last checkpoint and what follows is needed.
    for (int version = 0; version < 100; version++) {
      Files.delete(log.resolve(String.format("%020d.json", version)));
    }
    assertSameEverywhere(written);
    written.add(append());
    assertSameEverywhere(written);
    Map<String, String> detail = new HashMap<>();
    Row description =
        TestSpark.session()
            .sql("DESCRIBE DETAIL delta.`" + folder.resolve("root/runs") + "`")
            .first();
    map(description, "properties").forEach((key, value) -> detail.put("" + key, "" + value));
    assertThat(detail).containsEntry("runlake.format", "1").doesNotContainKey("delta.appendOnly");
    assertThat(description.<Integer>getAs("minReaderVersion")).isEqualTo(1);
    assertThat(description.<Integer>getAs("minWriterVersion")).isEqualTo(2);
  }

  /** What is due after commits is done on the thread that changes states, in order. */
  private void awaitCheckpoints() {
    store.experiments().change(state -> Decision.keep(state.revision()));
  }

  private RunRow append() {
    RunRow row = RunRow.of(RunId.newId(START), new ExperimentId("7")).withName(Stamp.of(1, "n"));
    store.runs().append(RunBatch.of(row)).join();
    return row;
  }

  private void assertSameEverywhere(List<RunRow> written) {
    assertThat(store.runs().current(RunScan.all())).containsExactlyInAnyOrderElementsOf(written);
    DeltaLog.clearCache();
    assertThat(table("runs").select("run_id").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrderElementsOf(
            written.stream().map(row -> row.runId().value()).toList());
  }
}
