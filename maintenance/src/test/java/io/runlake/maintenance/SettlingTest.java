package io.runlake.maintenance;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.maintenance.MaintenanceReport.TableReport;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ObservedCounts;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import io.runlake.testkit.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settling changes nothing that a reader sees, and loses nothing that a writer adds meanwhile. */
@Tag("slow")
class SettlingTest {
  @TempDir Path folder;
  private Fixture fixture;

  @BeforeEach
  void open() {
    fixture = new Fixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static TableReport of(MaintenanceReport report, String table) {
    return report.tables().stream().filter(t -> t.name().equals(table)).findFirst().orElseThrow();
  }

  @Test
  void aSettledRowIsTheMergeOfTheRows() {
    Random random = new Random(11);
    List<RunId> ids = new ArrayList<>();
    Stream.generate(() -> RunId.newId(Fixture.OCTOBER)).limit(20).forEach(ids::add);
    Stream.generate(() -> RunId.newId(Fixture.NOVEMBER)).limit(20).forEach(ids::add);
    Stream.of("a", "b-1").map(RunId::new).forEach(ids::add);
    for (int delivery = 0; delivery < 6; delivery++) {
      fixture.append(
          ids.stream().map(id -> Fixture.randomChange(id, random)).toArray(RunRow[]::new));
    }
    Map<String, RunRow> before = fixture.current();
    assertThat(before).hasSize(42);
    assertThat(before.values())
        .anySatisfy(row -> assertThat(row.tags().values()).anyMatch(tag -> tag.value().isEmpty()));
    fixture.store.runs().append(new RunBatch(List.of(), List.copyOf(before.values()))).join();

    MaintenanceReport report = fixture.maintain();

    assertThat(of(report, "runs").rowsSettled()).isEqualTo(42 * 7);
    assertThat(of(report, "runs").rewritten()).containsExactly("2026-10", "2026-11", "foreign");
    assertThat(of(report, "runs").before().files()).isEqualTo(21);
    assertThat(of(report, "runs").after().files()).isEqualTo(3);
    assertThat(fixture.table("runs").count()).isEqualTo(42);
    assertThat(fixture.table("runs").where("level <> 1").count()).isZero();
    assertThat(fixture.current()).isEqualTo(before);

    // What comes later merges with what is settled, and is settled in its turn.
    for (int round = 0; round < 2; round++) {
      fixture.append(
          ids.stream()
              .limit(25)
              .map(id -> Fixture.randomChange(id, random))
              .toArray(RunRow[]::new));
      Map<String, RunRow> later = fixture.current();
      assertThat(of(fixture.maintain(), "runs").rewritten()).containsExactly("2026-10", "2026-11");
      assertThat(fixture.table("runs").count()).isEqualTo(42);
      assertThat(fixture.current()).isEqualTo(later);
    }
  }

  @Test
  void aSecondMaintenanceChangesNothing() {
    RunId id = RunId.newId(Fixture.NOVEMBER);
    for (int i = 0; i < 30; i++) {
      fixture
          .store
          .runs()
          .append(
              new RunBatch(
                  List.of(Fixture.point(id, "m", i, i, i)),
                  List.of(
                      Fixture.created(id, Fixture.EXPERIMENT, Fixture.NOVEMBER)
                          .withMetrics(Map.of("m", new MetricValue(i, i, i))))))
          .join();
    }
    fixture.maintain();
    assertThat(Stream.of("runs", "metrics").map(name -> fixture.storeTable(table(name)).files()))
        .allSatisfy(files -> assertThat(files).extracting(f -> f.count()).containsExactly(1L));
    long runs = fixture.version("runs");
    long metrics = fixture.version("metrics");

    MaintenanceReport again = fixture.maintain();

    assertThat(again.tables()).allSatisfy(table -> assertThat(table.rewritten()).isEmpty());
    assertThat(again.tables()).noneMatch(TableReport::checkpointed);
    assertThat(fixture.version("runs")).isEqualTo(runs);
    assertThat(fixture.version("metrics")).isEqualTo(metrics);
  }

  private static TableColumns table(String name) {
    return TableColumns.valueOf(name.toUpperCase(java.util.Locale.ROOT));
  }

  @Test
  void aDryRunTellsAndChangesNothing() {
    fixture.append(
        Fixture.created(RunId.newId(Fixture.NOVEMBER), Fixture.EXPERIMENT, Fixture.NOVEMBER));
    long version = fixture.version("runs");

    MaintenanceReport report = fixture.maintain(MaintenanceOptions.defaults().withDryRun(true));

    assertThat(of(report, "runs").rewritten()).containsExactly("2026-11");
    assertThat(fixture.version("runs")).isEqualTo(version);
  }

  @Test
  void runsOfProgramsThatDiedAreEndedAndSettled() {
    RunId dead = RunId.newId(Fixture.NOVEMBER);
    RunId alive = RunId.newId(Fixture.NOVEMBER);
    fixture.append(running(dead, Fixture.NOVEMBER), running(alive, Fixture.NEXT_CENTURY));

    MaintenanceReport dry = fixture.maintain(MaintenanceOptions.defaults().withDryRun(true));

    assertThat(dry.deadRuns()).isEqualTo(1);
    assertThat(dry.summary()).anyMatch(line -> line.endsWith("1 would become KILLED"));
    assertThat(fixture.table("runs").count()).isEqualTo(2);

    MaintenanceReport report = fixture.maintain();

    assertThat(report.deadRuns()).isEqualTo(1);
    assertThat(report.json()).contains("\"dead_runs\":1,");
    assertThat(fixture.table("runs").count()).isEqualTo(2);
    Map<String, RunRow> runs = fixture.current();
    assertThat(runs.get(dead.value()).status().orElseThrow().status()).isEqualTo(RunStatus.KILLED);
    assertThat(runs.get(alive.value()).status().orElseThrow().status())
        .isEqualTo(RunStatus.RUNNING);
    assertThat(fixture.maintain(MaintenanceOptions.defaults().withDryRun(true)).deadRuns())
        .isZero();
  }

  private static RunRow running(RunId id, Instant leaseUntil) {
    return Fixture.created(id, Fixture.EXPERIMENT, Fixture.NOVEMBER)
        .withStatus(StatusChange.running(1))
        .withLeaseUntil(leaseUntil);
  }

  @Test
  void pointsWhoseRowWasLostComeIntoTheMap() {
    RunId dirty = RunId.newId(Fixture.NOVEMBER);
    RunId settled = RunId.newId(Fixture.NOVEMBER);
    RunId unknown = RunId.newId(Fixture.NOVEMBER);
    fixture.append(Fixture.created(settled, Fixture.EXPERIMENT, Fixture.NOVEMBER));
    fixture.append(Fixture.point(settled, "old", 1, 1, 1));
    fixture.maintain();
    fixture.append(
        Fixture.created(dirty, Fixture.EXPERIMENT, Fixture.NOVEMBER)
            .withMetrics(Map.of("m", new MetricValue(1, 5, 0.5), "n", new MetricValue(9, 9, 9))));
    // A crash between the two commits: the points are there, their rows are not.
    fixture.append(
        Fixture.point(dirty, "m", 2, 4, -0.0),
        Fixture.point(dirty, "m", 2, 3, 7),
        Fixture.point(dirty, "n", 8, 10, 8),
        Fixture.point(unknown, "m", 1, 1, 1));

    TableReport report = of(fixture.maintain(), "runs");

    assertThat(report.mapsMended()).isEqualTo(1);
    Map<String, RunRow> runs = fixture.current();
    assertThat(runs).containsOnlyKeys(dirty.value(), settled.value());
    assertThat(runs.get(dirty.value()).metrics())
        .isEqualTo(Map.of("m", new MetricValue(2, 4, 0.0), "n", new MetricValue(9, 9, 9)));
    assertThat(
            fixture
                .table("runs")
                .where(col("run_id").equalTo(dirty.value()))
                .selectExpr("CAST(metrics['m'].value AS STRING)")
                .first()
                .getString(0))
        .isEqualTo("0.0");
    assertThat(runs.get(settled.value()).metrics())
        .isEqualTo(Map.of("old", new MetricValue(1, 1, 1)));

    // Nothing of the run changes, but points came: the month is looked at once more.
    fixture.append(Fixture.point(settled, "old", 2, 2, 2));
    assertThat(of(fixture.maintain(), "runs").mapsMended()).isEqualTo(1);
    assertThat(fixture.current().get(settled.value()).metrics())
        .isEqualTo(Map.of("old", new MetricValue(2, 2, 2)));
  }

  @Test
  void whatIsAppendedMeanwhileStays() {
    List<RunId> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(append());
    }
    SparkSession spark = TestSpark.session();
    // While the rows are read: the transaction has its version, the files are not written.
    Meanwhile.next(
        () -> {
          ids.add(append());
          ids.add(append());
        });
    try (ObservedCounts counts = new ObservedCounts(spark)) {
      new Rewrite(fixture.storeTable(TableColumns.RUNS), counts)
          .replace(
              Optional.of("2026-11"),
              rows -> {
                // After the frame is made and before its query begins.
                ids.add(append());
                return rows.withColumn("run_id", Meanwhile.passing(col("run_id")));
              },
              true);
    }
    assertThat(Meanwhile.done()).isTrue();
    assertThat(fixture.current().keySet())
        .containsExactlyInAnyOrderElementsOf(ids.stream().map(RunId::value).toList());
    assertThat(fixture.table("runs").select("run_id").distinct().count()).isEqualTo(8);
    // The writer's kept version is older than the rewrite; its next commit goes on top of it.
    ids.add(append());
    fixture.maintain();
    assertThat(fixture.table("runs").count()).isEqualTo(9);
    assertThat(fixture.current()).hasSize(9);
  }

  private RunId append() {
    RunId id = RunId.newId(Fixture.NOVEMBER);
    fixture.append(Fixture.created(id, Fixture.EXPERIMENT, Fixture.NOVEMBER));
    return id;
  }

  /** Of two that read the same files one commits; the other finds nothing left to do. */
  @Test
  void ofTwoSettlingsAtOnceOneWins() {
    append();
    append();
    SparkSession spark = TestSpark.session();
    try (ObservedCounts counts = new ObservedCounts(spark)) {
      Meanwhile.next(fixture::maintain);
      Rewrite rewrite = new Rewrite(fixture.storeTable(TableColumns.RUNS), counts);
      assertThatThrownBy(
              () ->
                  rewrite.replace(
                      Optional.of("2026-11"),
                      rows -> rows.withColumn("run_id", Meanwhile.passing(col("run_id"))),
                      true))
          .isInstanceOf(ConcurrentModificationException.class);
    }
    assertThat(Meanwhile.done()).isTrue();
    assertThat(fixture.table("runs").count()).isEqualTo(2);
    assertThat(fixture.table("runs").where("level = 1").count()).isEqualTo(2);
  }

  /** A read that is not of the transaction's version is found out before anything is removed. */
  @Test
  void aRewriteThatDidNotReadAllIsGivenUp() {
    append();
    append();
    SparkSession spark = TestSpark.session();
    try (ObservedCounts counts = new ObservedCounts(spark)) {
      Dataset<Row> one = fixture.table("runs").limit(1).localCheckpoint();
      assertThatThrownBy(
              () ->
                  new Rewrite(fixture.storeTable(TableColumns.RUNS), counts, ignored -> one)
                      .replace(Optional.of("2026-11"), rows -> rows, true))
          .isInstanceOf(JobException.class)
          .hasMessageContaining("1 rows were read")
          .hasMessageContaining("hold 2");
    }
    assertThat(fixture.table("runs").count()).isEqualTo(2);
  }

  @Test
  void settledRowsLieByExperimentAndTimeInFilesOfTheWantedSize() throws Exception {
    Random random = new Random(3);
    List<RunRow> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      RunId id = RunId.newId(Fixture.NOVEMBER.plusSeconds(i));
      ExperimentId experiment = new ExperimentId("" + (10 + random.nextInt(10)));
      rows.add(
          Fixture.created(id, experiment, Fixture.NOVEMBER.plusSeconds(random.nextInt(100_000)))
              .withParams(Map.of("p", Stamp.of(1, Long.toHexString(random.nextLong())))));
    }
    for (int i = 0; i < 4; i++) {
      fixture.append(rows.subList(i * 500, i * 500 + 500).toArray(RunRow[]::new));
    }

    fixture.maintain(MaintenanceOptions.defaults().withFileBytes(40_000));

    List<Path> files;
    try (Stream<Path> found = Files.list(fixture.root.resolve("runs/level=1/month=2026-11"))) {
      files = found.filter(path -> path.toString().endsWith(".parquet")).toList();
    }
    assertThat(files).hasSizeBetween(2, 8);
    for (Path file : files) {
      List<String> order =
          TestSpark.session()
              .read()
              .parquet(file.toString())
              .select("experiment_id", "start_time")
              .collectAsList()
              .stream()
              .map(row -> row.getString(0) + row.<Timestamp>getAs(1).toInstant())
              .toList();
      assertThat(order).hasSizeGreaterThan(100).isSorted();
    }
    // So a search in one experiment opens few of the files.
    assertThat(
            TestSpark.session()
                .sql(
                    "SELECT count(DISTINCT _metadata.file_name) FROM delta.`"
                        + fixture.root.resolve("runs")
                        + "` WHERE experiment_id = '12'")
                .first()
                .getLong(0))
        .isBetween(1L, (long) Math.max(1, files.size() / 2));
  }

  @Test
  void aTableThatKeepsUnreferencedFilesForLessThanAWeekIsNotVacuumed() throws Exception {
    append();
    append();
    TestSpark.session()
        .sql(
            "ALTER TABLE delta.`"
                + fixture.root.resolve("runs")
                + "` SET TBLPROPERTIES ('delta.deletedFileRetentionDuration' = 'interval 0 hours')");
    MaintenanceReport report = fixture.maintain();

    assertThat(report.failures())
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("runs", "0 hours only", "7 days");
    assertThat(of(report, "runs").rewritten()).containsExactly("2026-11");
    assertThat(Files.list(fixture.root.resolve("runs/level=0/month=2026-11"))).hasSize(2);
  }

  @Test
  void aTableWithColumnsOfALaterVersionIsLeftAlone() {
    append();
    TestSpark.session()
        .sql("ALTER TABLE delta.`" + fixture.root.resolve("runs") + "` ADD COLUMNS (later STRING)");
    assertThatThrownBy(() -> fixture.maintain())
        .isInstanceOf(JobException.class)
        .hasMessageContaining("[later]");
  }

  @Test
  void aFolderWithoutAStoreIsRefused() {
    assertThatThrownBy(() -> fixture.maintain())
        .isInstanceOf(JobException.class)
        .hasMessageContaining("There is no store at");
  }
}
