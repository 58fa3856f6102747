package io.runlake.quickstart;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.delta.tables.DeltaTable;
import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisteredModel;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Tells what quickstart did, from the tables that it left behind: {@code QuickstartReport
 * <predictions table> <since> <live table> <rows sent>}, where runs that started before the
 * millisecond {@code since} are left out.
 */
public final class QuickstartReport {
  /** The params that tell the two pipelines apart, by the ends of their names. */
  private static final List<String> SHOWN_PARAMS =
      List.of(".maxIter", ".regParam", ".numTrees", ".maxDepth", ".seed");

  private static final List<String> SHOWN_METRICS =
      List.of("accuracy", "f1", "areaUnderROC", "accuracy_datatest2");

  private final SparkSession spark;
  private final Runlake runlake;
  private final String predictions;

  private QuickstartReport(SparkSession spark, Runlake runlake, String predictions) {
    this.spark = spark;
    this.runlake = runlake;
    this.predictions = predictions;
  }

  /** Prints the report on stdout. */
  public static void main(String[] args) {
    if (args.length != 4) {
      System.err.println(
          "usage: QuickstartReport <predictions table> <since> <live table> <rows sent>");
      System.exit(2);
    }
    SparkSession spark = SparkSession.builder().appName("quickstart-report").getOrCreate();
    try (Runlake runlake = Runlake.open(Occupancy.trackingUri(spark))) {
      QuickstartReport report = new QuickstartReport(spark, runlake, args[0]);
      report.runs(Long.parseLong(args[1]));
      report.registry();
      report.nights();
      report.stream(args[2], Long.parseLong(args[3]));
    } finally {
      spark.stop();
    }
  }

  private void runs(long since) {
    heading("Runs of the experiment '" + Occupancy.EXPERIMENT + "', logged by the plugin alone");
    List<Run> runs =
        runlake
            .searchRuns(
                RunQuery.ofExperiments(Occupancy.EXPERIMENT)
                    .withFilter("attributes.start_time >= " + since)
                    .withOrderBy("metrics.accuracy DESC"))
            .runs();
    for (Run run : runs) {
      line("%s  %s  %s", run.id(), run.name(), run.status());
      line("    params   %s", shownParams(run));
      line(
          "    metrics  %s",
          SHOWN_METRICS.stream()
              .map(key -> key + " " + number(run.metric(key), "%.4f"))
              .collect(Collectors.joining(", ")));
      line(
          "    cost     %s s from entry to return of fit, %s s of executors, %s Spark jobs",
          number(run.metric("cost.wall_seconds"), "%.1f"),
          number(run.metric("cost.executor_seconds"), "%.1f"),
          number(run.metric("cost.jobs"), "%.0f"));
      line(
          "    in all   %d params, %d metrics, %d tags, %d inputs",
          run.params().size(), run.metrics().size(), run.tags().size(), run.inputs().size());
    }
  }

  private static String shownParams(Run run) {
    return run.params().entrySet().stream()
        .filter(param -> SHOWN_PARAMS.stream().anyMatch(param.getKey()::endsWith))
        .map(param -> param.getKey() + "=" + param.getValue())
        .collect(Collectors.joining(", "));
  }

  private void registry() {
    RegisteredModel model = runlake.registry().find(Occupancy.MODEL).orElseThrow();
    heading("Registered model '" + model.name() + "'");
    for (ModelVersion version : runlake.registry().versions(model.name())) {
      line(
          "version %d  %-8s  of run %s  (%s)",
          version.version(),
          String.join(", ", version.aliases()),
          version.runId().map(Object::toString).orElse("?"),
          version.lastChange().why());
    }
  }

  private void nights() {
    Dataset<Row> scores = spark.read().format("delta").load(predictions);
    List<Row> nights =
        scores
            .groupBy("logical_date", "model_name", "model_version")
            .agg(
                count(lit(1)).alias("rows"),
                avg(col("prediction").equalTo(col(Occupancy.LABEL)).cast("double"))
                    .alias("accuracy"))
            .orderBy("logical_date")
            .collectAsList();
    List<Row> history =
        DeltaTable.forPath(spark, predictions)
            .history()
            .select("version", "operationParameters")
            .collectAsList();
    heading("Nights in the predictions table");
    for (Row night : nights) {
      String date = String.valueOf(night.get(0));
      line(
          "%s  %d rows by models:/%s/%s, accuracy %s, written by Delta version %d",
          date,
          night.getLong(3),
          night.get(1),
          night.get(2),
          String.format(Locale.ROOT, "%.4f", night.getDouble(4)),
          versionThatWrote(date, history));
    }
    Dataset<Row> quarantine = spark.read().format("delta").load(predictions + "_quarantine");
    line("quarantined: %d rows", quarantine.count());
    line("each night was written once: scoring the first one again changed nothing");
  }

  /** Counts the rows as they stand: one that was written twice would be counted twice. */
  private void stream(String live, long sent) {
    Dataset<Row> scores = spark.read().format("delta").load(live);
    Dataset<Row> quarantine = spark.read().format("delta").load(live + "_quarantine");
    long scored = scores.count();
    long quarantined = quarantine.count();
    heading("Stream in the live table, its driver killed once and started again");
    List<Row> versions =
        scores
            .groupBy("model_name", "model_version")
            .agg(
                count(lit(1)).alias("rows"),
                min("batch_id"),
                max("batch_id"),
                avg(col("prediction").equalTo(col(Occupancy.LABEL)).cast("double")))
            .orderBy(min("batch_id"))
            .collectAsList();
    for (Row version : versions) {
      line(
          "models:/%s/%s  %d rows in batches %d to %d, accuracy %s",
          version.get(0),
          version.get(1),
          version.getLong(2),
          version.getLong(3),
          version.getLong(4),
          String.format(Locale.ROOT, "%.4f", version.getDouble(5)));
    }
    line("%d scored + %d quarantined = %d sent", scored, quarantined, sent);
    for (Row row :
        quarantine.select("reason", "source_text").orderBy("batch_id", "reason").collectAsList()) {
      // A reason may go on with the row after a colon, which stands beside it already.
      line("    %-32s %s", row.getString(0).split(":")[0], row.getString(1));
    }
    if (scored + quarantined != sent) {
      throw new IllegalStateException(
          scored
              + " scored and "
              + quarantined
              + " quarantined rows are not the "
              + sent
              + " sent");
    }
  }

  /** The version whose replaced range names the night; scoring it again must not make another. */
  private static long versionThatWrote(String date, List<Row> history) {
    List<Long> versions =
        history.stream()
            .filter(commit -> predicate(commit).contains(date))
            .map(commit -> commit.getLong(0))
            .toList();
    if (versions.size() != 1) {
      throw new IllegalStateException(
          "The night " + date + " should stand in one Delta version, and does in " + versions);
    }
    return versions.get(0);
  }

  private static String predicate(Row commit) {
    Map<String, String> parameters = commit.getJavaMap(1);
    return String.valueOf(parameters.get("predicate"));
  }

  private static String number(Optional<Double> value, String format) {
    return value.map(number -> String.format(Locale.ROOT, format, number)).orElse("?");
  }

  private static void heading(String text) {
    System.out.println();
    System.out.println(text);
  }

  private static void line(String format, Object... values) {
    System.out.printf(Locale.ROOT, "  " + format + "%n", values);
  }
}
