package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.registry.RegisterOptions;
import io.runlake.store.DatasetRef;
import io.runlake.store.RunId;
import io.runlake.store.StoreException;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The views over stores that tracking and registry write. */
@Tag("slow")
class RunlakeViewsTest {
  private static final List<String> VIEWS =
      List.of(
          "runlake_experiments",
          "runlake_runs",
          "runlake_metrics",
          "runlake_params",
          "runlake_tags",
          "runlake_model_versions",
          "runlake_aliases");

  @TempDir Path dir;
  private final SparkSession spark = TestSpark.session().newSession();

  @Test
  void aFreshRootHasEmptyViewsThatFillWithoutRegisteringAgain() {
    String uri = uri("fresh root");
    RunlakeViews.register(spark, uri);
    for (String view : VIEWS) {
      assertThat(spark.table(view).count()).as(view).isZero();
    }
    assertThat(dir.resolve("fresh root")).doesNotExist();
    StructType before = spark.table("runlake_runs").schema();

    try (Runlake runlake = Runlake.open(uri);
        ActiveRun run = runlake.startRun("e")) {
      run.logParam("depth", 5);
      run.logMetric("rmse", 0.25);
      run.endRun();
    }
    assertThat(rows("SELECT status, params['depth'], metrics['rmse'] FROM runlake_runs"))
        .extracting(Row::toString)
        .containsExactly("[FINISHED,5,0.25]");
    assertThat(rows("SELECT metric_name, metric_value FROM runlake_metrics"))
        .extracting(Row::toString)
        .containsExactly("[rmse,0.25]");
    RunlakeViews.register(spark, uri);
    assertThat(spark.table("runlake_runs").schema()).isEqualTo(before);
  }

  @Test
  void aStoreOfANewerFormatGetsNoViews() throws IOException {
    String uri = uri("newer");
    try (Runlake runlake = Runlake.open(uri)) {
      runlake.experiment("e");
    }
    Path log = dir.resolve("newer/experiments/_delta_log");
    Path entry = log.resolve("00000000000000000000.json");
    Files.writeString(
        entry,
        Files.readString(entry).replace("\"runlake.format\":\"1\"", "\"runlake.format\":\"2\""));
    Files.deleteIfExists(log.resolve("00000000000000000000.crc"));
    assertThatThrownBy(() -> RunlakeViews.register(spark, uri))
        .hasMessageContaining("runlake.format=2");
  }

  @Test
  void theViewsShowWhatTrackingShows() throws IOException {
    String uri = uri("store");
    try (Runlake runlake = Runlake.open(uri)) {
      RunId id;
      try (ActiveRun run = runlake.startRun("views")) {
        id = run.id();
        run.logParams(Map.of("a", "1", "b", "x"));
        run.logMetric("loss", 3.0, 0, Instant.ofEpochMilli(1_000));
        run.logMetric("loss", 2.0, 1, Instant.ofEpochMilli(2_000));
        run.logMetric("loss", 2.0, 1, Instant.ofEpochMilli(2_000));
        run.setTags(Map.of("team", "red", "gone", "soon"));
        run.logInput(
            new DatasetRef(
                "delta",
                "lake.t",
                Optional.of("7"),
                Optional.of("train"),
                Optional.empty(),
                Optional.empty()));
        run.endRun();
      }
      RunlakeViews.register(spark, uri);
      try (RunEditor edit = runlake.edit(id)) {
        edit.setTags(Map.of("team", "blue"));
        edit.deleteTag("gone");
        edit.logMetric("late", Double.NaN);
      }
      Run run = runlake.getRun(id).orElseThrow();
      Row row = only("SELECT * FROM runlake_runs");
      assertThat(row.<String>getAs("run_id")).isEqualTo(id.value());
      assertThat(row.<String>getAs("run_name")).isEqualTo(run.name());
      assertThat(row.<String>getAs("created_by")).isEqualTo(System.getProperty("user.name"));
      assertThat(row.<String>getAs("status")).isEqualTo("FINISHED");
      assertThat(row.<Object>getAs("start_time")).isNotNull();
      assertThat(row.<Object>getAs("end_time")).isNotNull();
      assertThat(row.<Object>getAs("delete_time")).isNull();
      assertThat(map(row, "params")).isEqualTo(run.params());
      assertThat(map(row, "tags")).isEqualTo(run.tags()).containsEntry("team", "blue");
      assertThat(map(row, "metrics"))
          .containsEntry("loss", 2.0)
          .containsEntry("late", Double.NaN)
          .hasSize(2);
      assertThat(map(row, "inputs")).containsOnlyKeys("delta|lake.t|7");

      assertThat(rows("SELECT * FROM runlake_metrics WHERE metric_name = 'loss'")).hasSize(2);
      assertThat(
              rows("SELECT key, value FROM runlake_params ORDER BY key").stream()
                  .map(Row::toString))
          .containsExactly("[a,1]", "[b,x]");
      assertThat(rows("SELECT key FROM runlake_tags WHERE key = 'gone'")).isEmpty();
      assertThat(only("SELECT value FROM runlake_tags WHERE key = 'team'").getString(0))
          .isEqualTo("blue");

      try (RunEditor edit = runlake.edit(id)) {
        edit.delete();
      }
      Row deleted = only("SELECT lifecycle_stage, delete_time FROM runlake_runs");
      assertThat(deleted.getString(0)).isEqualTo("deleted");
      assertThat(deleted.get(1)).isNotNull();
    }
  }

  @Test
  void experimentsShowTheirNewestState() {
    String uri = uri("experiments");
    try (Runlake runlake = Runlake.open(uri)) {
      var one = runlake.experiment("one");
      runlake.experiment("two");
      RunlakeViews.register(spark, uri);
      runlake.renameExperiment(one.id(), "uno");
      runlake.setExperimentTag(one.id(), "k", "v");
      runlake.deleteExperiment(one.id());
      Row row = only("SELECT * FROM runlake_experiments WHERE name = 'uno'");
      assertThat(row.<String>getAs("experiment_id")).isEqualTo(one.id().value());
      assertThat(row.<String>getAs("lifecycle_stage")).isEqualTo("deleted");
      assertThat(row.<Object>getAs("delete_time")).isEqualTo(row.<Object>getAs("update_time"));
      assertThat(map(row, "tags")).isEqualTo(Map.of("k", "v"));
      assertThat(only("SELECT delete_time FROM runlake_experiments WHERE name = 'two'").get(0))
          .isNull();
      assertThat(spark.table("runlake_experiments").columns())
          .contains("experiment_id", "name", "create_time", "update_time", "delete_time");
    }
  }

  @Test
  void versionsAndAliasesAreThoseOfTheRegistry() throws IOException {
    String uri = uri("registry");
    Path model = Files.createDirectories(dir.resolve("model"));
    Files.writeString(model.resolve("MLmodel"), "flavors: {}\n");
    try (Runlake runlake = Runlake.open(uri)) {
      var registry = runlake.registry();
      for (int i = 0; i < 3; i++) {
        registry.register("m", model.toString(), Optional.empty(), RegisterOptions.because("w"));
      }
      RunlakeViews.register(spark, uri);
      registry.setAlias("m", "champion", 2, "better");
      registry.setAlias("m", "beta", 2, "");
      registry.deleteVersion("m", 1, "old");
      assertThat(rows("SELECT name, alias, version FROM runlake_aliases ORDER BY alias"))
          .extracting(Row::toString)
          .containsExactly("[m,beta,2]", "[m,champion,2]");
      List<Row> versions = rows("SELECT * FROM runlake_model_versions ORDER BY version");
      assertThat(versions).extracting(row -> row.<Integer>getAs("version")).containsExactly(2, 3);
      assertThat(versions.get(0).getList(versions.get(0).fieldIndex("aliases")))
          .isEqualTo(List.of("beta", "champion"));
      assertThat(versions.get(1).getList(versions.get(1).fieldIndex("aliases"))).isEmpty();
      assertThat(versions.get(1).<String>getAs("source")).endsWith("/model");
      assertThat(versions.get(1).<String>getAs("digest"))
          .isEqualTo(registry.version("m", 3).orElseThrow().digest());
    }
  }

  @Test
  void theTablesHaveTheColumnsThatTheViewsRead() {
    String uri = uri("columns");
    try (Runlake runlake = Runlake.open(uri)) {
      try (ActiveRun run = runlake.startRun("e")) {
        run.logMetric("m", 1);
      }
      runlake.registry().createModel("m", RegisterOptions.none());
    }
    Map<String, String> expected =
        Map.of(
            "runs", StoreTables.RUNS,
            "metrics", StoreTables.METRICS,
            "experiments", StoreTables.EXPERIMENTS,
            "registry", StoreTables.REGISTRY);
    expected.forEach(
        (table, ddl) ->
            assertThat(
                    spark.read().format("delta").load(dir.resolve("columns/" + table).toString()))
                .as(table)
                .extracting(frame -> frame.schema().sql())
                .isEqualTo(StructType.fromDDL(ddl).sql()));
  }

  @Test
  void filtersReachTheFilesOfTheTable() {
    String uri = uri("pushed");
    try (Runlake runlake = Runlake.open(uri);
        ActiveRun run = runlake.startRun("e")) {
      run.endRun();
      RunlakeViews.register(spark, uri);
      String plan =
          only("EXPLAIN FORMATTED SELECT run_id FROM runlake_runs WHERE experiment_id = 'x'"
                  + " AND start_time >= timestamp'2026-01-15 12:00:00' AND run_id > 'a'")
              .getString(0);
      // The first scan is of settled rows, whose months and statistics leave out files.
      String settled = plan.substring(plan.indexOf("\n(1) Scan"), plan.indexOf("\n(2) "));
      assertThat(settled)
          .contains("EqualTo(experiment_id,x)")
          .contains("GreaterThanOrEqual(start_time,2026-01-15")
          .contains("GreaterThan(run_id,a)")
          .containsPattern("PartitionFilters: .*level#\\d+ = 1");
      // The ids of a run reach all scans, also those of its changes.
      assertThat(plan.split("GreaterThan\\(run_id,a\\)", -1)).hasSizeGreaterThan(4);
    }
  }

  @Test
  void theWideFrameHasAColumnPerParamMetricAndTag() {
    String uri = uri("wide");
    try (Runlake runlake = Runlake.open(uri)) {
      try (ActiveRun run = runlake.startRun("wide")) {
        run.logParams(Map.of("b", "1", "B", "2", "a.b c", "odd"));
        run.logMetric("rmse", 0.5);
        run.setTags(Map.of("team", "red", "gone", "soon"));
        run.deleteTag("gone");
        run.endRun();
      }
      try (ActiveRun other = runlake.startRun("wide")) {
        other.logMetric("auc", Double.NaN);
        other.endRun();
      }
      try (ActiveRun elsewhere = runlake.startRun("other")) {
        elsewhere.logParam("not here", 1);
        elsewhere.endRun();
      }
      Dataset<Row> wide = RunlakeViews.wide(spark, uri, "wide");
      List<String> own =
          List.of(wide.columns()).stream().filter(name -> name.contains(".")).toList();
      assertThat(own)
          .startsWith("params.B", "params.a.b c", "params.b#2", "metrics.auc", "metrics.rmse")
          .contains("tags.team")
          .doesNotContain("tags.gone", "params.not here");
      assertThat(wide.count()).isEqualTo(2);
      wide.createOrReplaceTempView("wide");
      Row row =
          only(
              "SELECT `params.B`, `params.b#2`, `metrics.rmse`, `tags.team` FROM wide WHERE `params.a.b c` = 'odd' AND status = 'FINISHED'");
      assertThat(row).hasToString("[2,1,0.5,red]");
      assertThatThrownBy(() -> RunlakeViews.wide(spark, uri, "wdie"))
          .hasMessageContaining("No Experiment with name=wdie");
    }
  }

  @Test
  void registeringRunsNoJob() {
    String uri = uri("quiet");
    try (Runlake runlake = Runlake.open(uri)) {
      runlake.startRun("e").endRun();
      RunlakeViews.register(spark, uri);
      assertThat(JobCount.of(spark.sparkContext(), () -> RunlakeViews.register(spark, uri)))
          .isZero();
      assertThat(spark.catalog().listTables().filter("name LIKE 'runlake_%'").count())
          .isEqualTo(VIEWS.size());
    }
  }

  @Test
  void aUriOfNoStoreIsRefused() {
    assertThatThrownBy(() -> RunlakeViews.register(spark, "mysql://h/d"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("mysql://h/d")
        .hasMessageContaining("delta:");
  }

  @Test
  void theStoreOfTheSessionsSettingsIsTheDefault() {
    SparkSession other = TestSpark.session().newSession();
    other.conf().set("spark.runlake.tracking.uri", uri("configured"));
    try (Runlake runlake = Runlake.open(uri("configured"))) {
      runlake.experiment("here");
    }
    RunlakeViews.register(other);
    assertThat(other.sql("SELECT name FROM runlake_experiments").first().getString(0))
        .isEqualTo("here");
  }

  private String uri(String root) {
    return "delta:" + dir.resolve(root);
  }

  private List<Row> rows(String sql) {
    return spark.sql(sql).collectAsList();
  }

  private Row only(String sql) {
    Dataset<Row> result = spark.sql(sql);
    List<Row> rows = result.collectAsList();
    assertThat(rows).as(sql).hasSize(1);
    return rows.get(0);
  }

  private static Map<Object, Object> map(Row row, String column) {
    return row.getJavaMap(row.fieldIndex(column));
  }
}
