package io.runlake.maintenance;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.not;

import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.Phases;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rewrites the tables of a store without the rows that go. Each commit conflicts with every change
 * of what it decided on.
 */
final class GcRows {
  private static final List<String> RUN_ORDER = List.of("experiment_id", "start_time", "run_id");
  private static final List<String> POINT_ORDER = List.of("run_id", "key", "step", "timestamp");
  private static final List<String> HISTORY_ORDER = List.of("revision");

  private final Instant cutoff;
  private final Phases phases;
  private final ObservedCounts counts;
  private final Consumer<String> steps;
  private final Layout layout = new Layout(MaintenanceOptions.defaults().fileBytes());

  GcRows(Instant cutoff, Phases phases, ObservedCounts counts, Consumer<String> steps) {
    this.cutoff = cutoff;
    this.phases = phases;
    this.counts = counts;
    this.steps = steps;
  }

  /** Deletes the rows of experiments, but for those that were restored in the meantime. */
  void deleteExperiments(Upkeep experiments, Set<String> ids) {
    StoreTable table = experiments.table();
    experiments.untilDone(
        "experiments",
        () ->
            phases.time(
                "rows",
                "deleting experiments",
                () -> {
                  new Rewrite(table, counts)
                      .replace(Optional.empty(), rows -> withoutExpired(table, rows, ids), false);
                  return true;
                }));
    steps.accept("experiments");
  }

  private Dataset<Row> withoutExpired(StoreTable table, Dataset<Row> rows, Set<String> ids) {
    Dataset<Row> expired =
        table
            .rows()
            .where(col("experiment_id").isin(ids.toArray()))
            .groupBy(col("experiment_id").as("expired"))
            .agg(expr("max(struct(revision, lifecycle, last_update_time)) AS newest"))
            .where(
                expr("newest.lifecycle = 'deleted'")
                    .and(expr("newest.last_update_time").lt(Timestamp.from(cutoff))))
            .select("expired");
    Dataset<Row> kept =
        rows.join(expired, col("experiment_id").equalTo(col("expired")), "left_anti");
    return Sorted.into(1, kept, HISTORY_ORDER);
  }

  void deleteRuns(Upkeep runs, GcPlan plan, String month, Set<String> experiments) {
    Set<String> needed = plan.modelsByRun().keySet();
    runs.untilDone(
        "runs " + month,
        () ->
            phases.time(
                "rows",
                "deleting rows of runs " + month,
                () -> {
                  Dataset<Row> part = runs.table().rows().where(col("month").equalTo(month));
                  Dataset<Row> doomed =
                      plan.doomed(part, experiments)
                          .where(not(col("run_id").isin(needed.toArray())))
                          .select(col("run_id").as("doomed"));
                  new Rewrite(runs.table(), counts)
                      .replace(
                          Optional.of(month),
                          rows ->
                              sorted(
                                  runs.table(),
                                  month,
                                  rows.join(
                                      doomed, col("run_id").equalTo(col("doomed")), "left_anti"),
                                  RUN_ORDER),
                          false);
                  return true;
                }));
    steps.accept("runs " + month);
  }

  /** Of runs that were to go, those that have rows: they were restored, or others kept writing. */
  static Set<String> stillThere(StoreTable runs, Set<String> ids) {
    if (ids.isEmpty() || runs.newest().isEmpty()) {
      return Set.of();
    }
    return GcPlan.ofRuns(runs, runs.rows(), ids, true)
        .select("run_id")
        .distinct()
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .collect(Collectors.toSet());
  }

  void deletePoints(Upkeep metrics, String month, Set<String> ids) {
    StoreTable table = metrics.table();
    if (table.newest().isPresent()) {
      metrics.untilDone(
          "metrics " + month,
          () -> {
            Dataset<Row> part = table.rows().where(col("month").equalTo(month));
            if (GcPlan.ofRuns(table, part, ids, true).isEmpty()) {
              return false;
            }
            return phases.time(
                "points",
                "deleting points of runs " + month,
                () -> {
                  new Rewrite(table, counts)
                      .replace(
                          Optional.of(month),
                          rows ->
                              sorted(
                                  table,
                                  month,
                                  GcPlan.ofRuns(table, rows, ids, false),
                                  POINT_ORDER),
                          false);
                  return true;
                });
          });
      steps.accept("metrics " + month);
    }
  }

  private Dataset<Row> sorted(
      StoreTable table, String month, Dataset<Row> rows, List<String> order) {
    int files = layout.files(Layout.byMonth(table.files()).getOrDefault(month, List.of()));
    return Sorted.into(files, rows, order);
  }
}
