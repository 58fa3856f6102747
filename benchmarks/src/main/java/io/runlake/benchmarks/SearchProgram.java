package io.runlake.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunPage;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Searches a large store, in one warm session, by {@code Runlake.searchRuns} and by hand over the
 * same table, in turns: {@code SearchProgram <root> <runs> <changed> <turns>}. The runs are settled
 * and lie as {@code runlake store maintain} leaves them; the last {@code changed} of them got a tag
 * since.
 */
public final class SearchProgram {
  private static final int PAGE = 100;
  private static final int KEYS = 10;
  private static final int MONTHS = 12;
  private static final String FROM = "spark.runlake.search.spark.from";

  private final SparkSession spark;
  private final String root;
  private final Runlake runlake;

  private SearchProgram(SparkSession spark, String root, Runlake runlake) {
    this.spark = spark;
    this.root = root;
    this.runlake = runlake;
  }

  /** Prints {@code search <what> <ours|rival|here> <seconds>}, the first turn left out. */
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().appName("search-program").getOrCreate();
    long runs = Long.parseLong(args[1]);
    try (Runlake runlake = Runlake.open("delta:" + args[0])) {
      SearchProgram program = new SearchProgram(spark, args[0], runlake);
      program.write(runs);
      program.measure("", runs, Integer.parseInt(args[3]));
      long changed = Long.parseLong(args[2]);
      if (changed > 0) {
        program.change(runs, changed);
        program.measure("changed-", runs, Integer.parseInt(args[3]));
      }
    } finally {
      spark.stop();
    }
  }

  private static String id(String millis) {
    return "concat(lpad(lower(hex("
        + millis
        + ")), 12, '0'), '7000', '8000', lpad(hex(id), 12, '0'))";
  }

  /** A tenth of a year apart: start times of a year in as many experiments as there are keys. */
  private Dataset<Row> rows(long from, long to, long runs) {
    String millis = "(1735689600000 + cast(id * (31536000000D / " + runs + ") as bigint))";
    return spark
        .range(from, to)
        .toDF("id")
        .withColumn("millis", expr(millis))
        .withColumn("run_id", expr("lower(" + id("millis") + ")"))
        .withColumn("experiment_id", expr("cast(100000000000000000 + id % 10 as string)"))
        .withColumn("month", expr("date_format(timestamp_millis(millis), 'yyyy-MM')"));
  }

  private void write(long runs) {
    // The first run makes the tables, with their properties.
    try (ActiveRun run = runlake.startRun("search")) {
      run.logMetric("metric0", -1);
      run.endRun();
    }
    Dataset<Row> table = spark.read().format("delta").load(root + "/runs");
    StringBuilder params = new StringBuilder("map(");
    StringBuilder metrics = new StringBuilder("map(");
    for (int key = 0; key < KEYS; key++) {
      String comma = key == 0 ? "" : ", ";
      params.append(
          comma
              + "'param"
              + key
              + "', named_struct('at', millis, 'value', cast(id % "
              + (key + 7)
              + " as string))");
      metrics.append(
          comma
              + "'metric"
              + key
              + "', named_struct('step', 0L, 'timestamp',"
              + " timestamp_millis(millis), 'value', rand("
              + key
              + "))");
    }
    rows(0, runs, runs)
        .selectExpr(
            "run_id",
            "experiment_id",
            "'someone' AS user",
            "'train.jar' AS source",
            "timestamp_millis(millis) AS start_time",
            "concat('file:/lake/artifacts/', experiment_id, '/', run_id, '/artifacts')"
                + " AS artifact_uri",
            "named_struct('epoch', 0L, 'rank', 2, 'at', millis + 1, 'status', 'FINISHED',"
                + " 'end_time', timestamp_millis(millis + 60000), 'message', cast(null as string))"
                + " AS status",
            "named_struct('at', millis, 'value', concat('calm-otter-', id)) AS name",
            "cast(null as struct<at: bigint, value: string>) AS lifecycle",
            "timestamp_millis(millis + 600000) AS lease_until",
            params + ") AS params",
            "map('team', named_struct('at', millis, 'value', concat('team-', id % 5))) AS tags",
            metrics + ") AS metrics",
            "cast(null as map<string, struct<at: bigint, kind: string, name: string, version:"
                + " string, context: string, digest: string, schema: string>>) AS inputs",
            "1 AS level",
            "month")
        .repartitionByRange(MONTHS, col("month"))
        .sortWithinPartitions("level", "month", "experiment_id", "start_time", "run_id")
        .select(columns(table))
        .write()
        .format("delta")
        .mode("append")
        .save(root + "/runs");
    spark.sql("DELETE FROM delta.`" + root + "/runs` WHERE level = 0").collect();
  }

  private static Column[] columns(Dataset<Row> table) {
    return List.of(table.columns()).stream()
        .map(org.apache.spark.sql.functions::col)
        .toArray(Column[]::new);
  }

  /** A tag for the newest runs, as a curator sets it; not settled. */
  private void change(long runs, long changed) {
    Dataset<Row> table = spark.read().format("delta").load(root + "/runs");
    Dataset<Row> rows =
        rows(runs - changed, runs, runs)
            .withColumn(
                "tags", expr("map('curated', named_struct('at', millis + 100000, 'value', 'yes'))"))
            .withColumn("level", expr("0"));
    List<String> there = List.of(rows.columns());
    for (String column : table.columns()) {
      if (!there.contains(column)) {
        rows = rows.withColumn(column, expr("null").cast(table.schema().apply(column).dataType()));
      }
    }
    rows.coalesce(1)
        .select(columns(table))
        .write()
        .format("delta")
        .mode("append")
        .save(root + "/runs");
  }

  private void measure(String prefix, long runs, int turns) {
    RunQuery order = RunQuery.all().withOrderBy("metrics.metric0 DESC").withMaxResults(PAGE);
    Map<String, RunQuery> queries = new TreeMap<>();
    queries.put("order", order);
    queries.put("filter-order", order.withFilter("metrics.metric1 > 0.5 AND params.param0 = '3'"));
    String where = "metrics['metric1'].value > 0.5 AND params['param0'].value = '3'";
    for (int turn = 0; turn <= turns; turn++) {
      for (Map.Entry<String, RunQuery> query : queries.entrySet()) {
        String what = prefix + query.getKey();
        String filter = query.getKey().equals("order") ? "true" : where;
        RunPage found = timed(what, "ours", turn, () -> runlake.searchRuns(query.getValue()));
        List<Row> byHand = timed(what, "rival", turn, () -> byHand(filter));
        if (!found.runs().get(PAGE - 1).id().value().equals(byHand.get(PAGE - 1).getString(0))) {
          throw new IllegalStateException(what + ": the searches do not find the same.");
        }
        if (runs <= 200_000) {
          spark.conf().set(FROM, "1t");
          timed(what, "here", turn, () -> runlake.searchRuns(query.getValue()));
          spark.conf().set(FROM, "0b");
        }
      }
    }
  }

  /** What one writes who knows that all is settled, and wants no page token. */
  private List<Row> byHand(String filter) {
    return spark
        .read()
        .format("delta")
        .load(root + "/runs")
        .filter("level = 1")
        .filter(filter)
        .orderBy(expr("metrics['metric0'].value").desc(), col("start_time").desc(), col("run_id"))
        .limit(PAGE)
        .collectAsList();
  }

  private static <T> T timed(String what, String side, int turn, Supplier<T> work) {
    long begun = System.nanoTime();
    T result = work.get();
    double seconds = (System.nanoTime() - begun) / 1e9;
    System.out.printf(
        Locale.ROOT, "%s %s %s %.3f%n", turn == 0 ? "first" : "search", what, side, seconds);
    return result;
  }
}
