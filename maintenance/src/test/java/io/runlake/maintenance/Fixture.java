package io.runlake.maintenance;

import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.TestSpark;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.delta.DeltaLog;

/** A store on the local disk, written by Kernel, maintained by Spark. */
final class Fixture implements AutoCloseable {
  static final Instant OCTOBER = Instant.parse("2026-10-31T23:30:00.5Z");
  static final Instant NOVEMBER = Instant.parse("2026-11-02T08:00:00Z");

  /** A lease until then is of a program that lives. */
  static final Instant NEXT_CENTURY = Instant.parse("2126-01-01T00:00:00Z");

  static final ExperimentId EXPERIMENT = new ExperimentId("7");
  static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

  final Path root;
  final Store store;

  Fixture(Path folder) {
    this.root = folder.resolve("root");
    this.store = Stores.open("delta:" + root, StoreOptions.defaults());
  }

  MaintenanceReport maintain() {
    return maintain(MaintenanceOptions.defaults());
  }

  MaintenanceReport maintain(MaintenanceOptions options) {
    return Maintenance.run(TestSpark.session(), "delta:" + root, options, NOWHERE);
  }

  void append(RunRow... rows) {
    store.runs().append(new RunBatch(List.of(), List.of(rows))).join();
  }

  void append(MetricPoint... points) {
    store.runs().append(new RunBatch(List.of(points), List.of())).join();
  }

  Map<String, RunRow> current() {
    Map<String, RunRow> rows = new TreeMap<>();
    store.runs().current(RunScan.all()).forEach(row -> rows.put(row.runId().value(), row));
    return rows;
  }

  Dataset<Row> table(String name) {
    return TestSpark.session().read().format("delta").load(root.resolve(name).toString());
  }

  StoreTable storeTable(TableColumns columns) {
    return new StoreTable(TestSpark.session(), "file:" + root, columns);
  }

  long version(String name) {
    return DeltaLog.forTable(TestSpark.session(), root.resolve(name).toString())
        .update(false, scala.Option.empty(), scala.Option.empty())
        .version();
  }

  static MetricPoint point(RunId run, String key, long step, long timestamp, double value) {
    return new MetricPoint(EXPERIMENT, run, key, new MetricValue(step, timestamp, value));
  }

  /** A run as it is created. */
  static RunRow created(RunId id, ExperimentId experiment, Instant start) {
    return RunRow.of(id, experiment)
        .withOrigin(new RunOrigin("ann", "a.scala", start, "file:/artifacts/" + id))
        .withName(Stamp.of(start.toEpochMilli(), "n"));
  }

  /** Changes with few stamps and values, so that ties are frequent. */
  static RunRow randomChange(RunId id, Random random) {
    double[] values = {Double.NaN, Double.POSITIVE_INFINITY, -0.0, 0.0, -1.5};
    RunRow row = RunRow.of(id, EXPERIMENT);
    if (random.nextBoolean()) {
      row = row.withOrigin(new RunOrigin("ann", "a.scala", OCTOBER, "file:/artifacts/" + id));
    }
    if (random.nextBoolean()) {
      row =
          row.withStatus(
              new StatusChange(
                  random.nextInt(2),
                  random.nextInt(3),
                  random.nextInt(2),
                  RunStatus.values()[random.nextInt(RunStatus.values().length)],
                  random.nextBoolean() ? Optional.empty() : Optional.of(OCTOBER.plusMillis(1)),
                  random.nextBoolean() ? Optional.empty() : Optional.of("why")));
      row = row.withLeaseUntil(NEXT_CENTURY.plusMillis(random.nextInt(5)));
    }
    if (random.nextBoolean()) {
      row = row.withName(Stamp.of(random.nextInt(3), "n" + random.nextInt(3)));
      row = row.withLifecycle(Stamp.of(1, random.nextBoolean() ? RunRow.ACTIVE : RunRow.DELETED));
    }
    if (random.nextBoolean()) {
      row =
          row.withMetrics(
              Map.of(
                  "m" + random.nextInt(2),
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

  private static Map<String, Stamp> stamps(Random random, boolean deletions) {
    Map<String, Stamp> stamps = new HashMap<>();
    for (String key : List.of("x", "y", "z w")) {
      long at = random.nextInt(4);
      int kind = random.nextInt(5);
      if (kind == 0 && deletions) {
        stamps.put(key, Stamp.deletion(at));
      } else if (kind > 1) {
        stamps.put(key, Stamp.of(at, List.of("", "a", "ä", "\uFFFD", "😀").get(kind)));
      }
    }
    return stamps;
  }

  @Override
  public void close() {
    store.close();
  }
}
