package io.runlake.maintenance;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.delta.tables.DeltaTable;
import io.runlake.doctor.Doctor;
import io.runlake.store.Finding;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Stamp;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.TestSpark;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kernel and plain Spark write the same tables in turns, 50 commits each, with Delta's own
 * OPTIMIZE, checkpoints and VACUUM and with our maintenance between, and read the same.
 */
@Tag("slow")
class InteropTest {
  /** In each of them both commit to two tables. */
  private static final int TURNS = 25;

  @TempDir Path folder;
  private final SparkSession spark = TestSpark.session();

  /** What a run was written with: its name, and its one point. */
  private record Written(String name, double value) {}

  private final Map<String, Written> written = new TreeMap<>();

  @Test
  void kernelAndSparkWriteInTurnsAndReadTheSame() {
    // Else VACUUM lists ten folders in ten thousand tasks.
    spark.conf().set("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2");
    try (Fixture fixture = new Fixture(folder)) {
      for (int turn = 1; turn <= TURNS; turn++) {
        byKernel(fixture, turn);
        bySpark(fixture, turn);
        if (turn % 10 == 5) {
          keepByDeltasOwnMeans(fixture);
        }
        if (turn % 20 == 0) {
          fixture.maintain();
        }
        if (turn % 10 == 0) {
          assertSameEverywhere(fixture);
        }
      }
      assertThat(written).hasSize(2 * TURNS);
      assertThat(fixture.version("runs")).isGreaterThanOrEqualTo(2 * TURNS);
      fixture.maintain();
      assertSameEverywhere(fixture);
      assertPlain(fixture);
      assertThat(Doctor.check(fixture.store))
          .filteredOn(finding -> finding.severity() == Finding.Severity.VIOLATION)
          .extracting(Finding::invariant)
          // The runs of this test name an experiment that nobody made.
          .containsOnly("runs.experiment-known");
    } finally {
      spark.conf().unset("spark.sql.sources.parallelPartitionDiscovery.parallelism");
    }
  }

  private void byKernel(Fixture fixture, int turn) {
    RunId id = RunId.newId(turn % 2 == 0 ? Fixture.OCTOBER : Fixture.NOVEMBER);
    RunRow row =
        Fixture.created(id, Fixture.EXPERIMENT, Fixture.NOVEMBER)
            .withName(Stamp.of(1, "kernel " + turn))
            .withTags(Map.of("gone", Stamp.deletion(3)))
            .withMetrics(Map.of("m", new MetricValue(1, 5, turn)));
    fixture
        .store
        .runs()
        .append(new RunBatch(List.of(Fixture.point(id, "m", 1, 5, turn)), List.of(row)))
        .join();
    written.put(id.value(), new Written("kernel " + turn, turn));
  }

  /** Rows as a stranger's Spark with Delta's defaults writes them. */
  private void bySpark(Fixture fixture, int turn) {
    RunId id = RunId.newId(turn % 2 == 0 ? Fixture.NOVEMBER : Fixture.OCTOBER);
    String name = "spark " + turn;
    append(
        fixture,
        "metrics",
        spark.sql(
            "SELECT '7' experiment_id, '%s' run_id, 'm' key, CAST(%d AS DOUBLE) value,"
                    .formatted(id, -turn)
                + " timestamp_millis(5) timestamp, 1L step, '%s' month".formatted(id.month())));
    Map<String, String> values = new HashMap<>();
    values.put("run_id", "'" + id + "'");
    values.put("experiment_id", "'7'");
    values.put("start_time", "timestamp_millis(1793606400500)");
    values.put("name", "named_struct('at', 1L, 'value', '" + name + "')");
    values.put(
        "metrics",
        "map('m', named_struct('step', 1L, 'timestamp', timestamp_millis(5), 'value', CAST("
            + -turn
            + " AS DOUBLE)))");
    values.put("level", "0");
    values.put("month", "'" + id.month() + "'");
    Dataset<Row> table = fixture.table("runs");
    String[] columns =
        List.of(table.schema().fields()).stream()
            .map(
                field ->
                    "CAST(%s AS %s) AS %s"
                        .formatted(
                            values.getOrDefault(field.name(), "NULL"),
                            field.dataType().sql(),
                            field.name()))
            .toArray(String[]::new);
    append(fixture, "runs", spark.range(1).selectExpr(columns));
    written.put(id.value(), new Written(name, -turn));
  }

  private static void append(Fixture fixture, String table, Dataset<Row> rows) {
    rows.coalesce(1)
        .write()
        .format("delta")
        .mode(SaveMode.Append)
        .save(fixture.root.resolve(table).toString());
  }

  @SuppressWarnings("deprecation") // The one short way to make Spark write a checkpoint.
  private void keepByDeltasOwnMeans(Fixture fixture) {
    for (String name : List.of("runs", "metrics")) {
      String path = fixture.root.resolve(name).toString();
      DeltaTable table = DeltaTable.forPath(spark, path);
      table.optimize().executeCompaction();
      DeltaLog.forTable(spark, path).checkpoint();
      table.vacuum(168);
    }
  }

  private void assertSameEverywhere(Fixture fixture) {
    Map<String, Written> byKernel = new TreeMap<>();
    // As another process sees it: nothing kept from before.
    try (Store store =
        Stores.open(
            "delta:" + fixture.root,
            StoreOptions.defaults().withFileSystem(Map.of("runlake.test", "fresh")))) {
      for (RunRow row : store.runs().current(RunScan.all())) {
        var points = store.runs().points(row.runId(), java.util.Optional.empty());
        assertThat(points).hasSize(1);
        assertThat(row.metrics().get("m")).isEqualTo(points.get(0).value());
        byKernel.put(
            row.runId().value(),
            new Written(
                row.name().flatMap(Stamp::value).orElseThrow(), points.get(0).value().value()));
      }
    }
    DeltaLog.clearCache();
    Map<String, Written> bySpark = new TreeMap<>();
    fixture
        .table("runs")
        .groupBy("run_id")
        .agg(org.apache.spark.sql.functions.expr("max(name).value AS name"))
        .join(fixture.table("metrics").where(col("key").equalTo("m")).distinct(), "run_id")
        .select("run_id", "name", "value")
        .collectAsList()
        .forEach(
            row -> bySpark.put(row.getString(0), new Written(row.getString(1), row.getDouble(2))));
    assertThat(byKernel).isEqualTo(written);
    assertThat(bySpark).isEqualTo(written);
  }

  private void assertPlain(Fixture fixture) {
    for (String name : List.of("runs", "metrics")) {
      Row detail = spark.sql("DESCRIBE DETAIL delta.`" + fixture.root.resolve(name) + "`").first();
      assertThat(detail.<Integer>getAs("minReaderVersion")).isEqualTo(1);
      assertThat(detail.<Integer>getAs("minWriterVersion")).isEqualTo(2);
      assertThat(new TreeSet<Object>(detail.getJavaMap(detail.fieldIndex("properties")).keySet()))
          .contains("runlake.format")
          .doesNotContain("delta.enableDeletionVectors", "delta.appendOnly");
    }
  }
}
