package io.runlake.maintenance;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.runlake.store.ExperimentRow;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Finds what may go for good, and what has to stay although it is deleted. */
final class GcPlan {
  private final StoreTable runs;
  private final Store store;
  private final Instant cutoff;

  GcPlan(StoreTable runs, Store store, Instant cutoff) {
    this.runs = runs;
    this.store = store;
    this.cutoff = cutoff;
  }

  /** What goes, and what stays and why. */
  record Found(GcIntent goes, List<String> skipped) {}

  /**
   * Looks at all tables.
   *
   * @param begun experiments whose deletion an earlier start began
   */
  Found find(Collection<String> begun) {
    Set<String> experiments = expired(begun);
    Map<String, String> models = modelsByRun();
    List<DoomedRun> doomed = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    if (runs.newest().isPresent()) {
      for (Row row : doomed(runs.rows(), experiments).collectAsList()) {
        DoomedRun run =
            new DoomedRun(row.getString(0), row.getString(1), row.getString(2), row.getString(3));
        if (!models.containsKey(run.runId())) {
          doomed.add(run);
          continue;
        }
        String why = "run " + run.runId() + ": " + models.get(run.runId()) + " is its model";
        if (experiments.remove(run.experimentId())) {
          why += ", so experiment " + run.experimentId() + " and its runs stay as well";
        }
        skipped.add(why);
      }
      // An experiment that stays keeps the runs that were to go with it alone.
      Set<String> left = new TreeSet<>();
      doomed(runs.rows(), experiments).collectAsList().forEach(row -> left.add(row.getString(0)));
      doomed.removeIf(run -> !left.contains(run.runId()));
    }
    return new Found(new GcIntent(List.copyOf(experiments), doomed), skipped);
  }

  private Set<String> expired(Collection<String> begun) {
    Set<String> expired = new TreeSet<>(begun);
    for (ExperimentRow row : store.experiments().current()) {
      String id = row.experimentId().value();
      if (row.lifecycle().equals(RunRow.DELETED) && row.lastUpdateTime().isBefore(cutoff)) {
        expired.add(id);
      } else {
        expired.remove(id);
      }
    }
    return expired;
  }

  /**
   * Which live version of the registry needs the files of which run. One folder has many addresses:
   * without a scheme or with another one, relative, by a link or by another host. So a source is
   * taken to lie among the artifacts of each run whose id is a part of its path; the names of other
   * folders on the way do no harm.
   */
  Map<String, String> modelsByRun() {
    Map<String, String> models = new HashMap<>();
    for (RegistryRow row : store.registry().current()) {
      if (row.deleted() || row.model().isEmpty()) {
        continue;
      }
      String version = "models:/" + row.entry().name() + "/" + row.entry().version();
      row.model().get().runId().ifPresent(run -> models.put(run.value(), version));
      for (String part : row.model().get().source().split("/")) {
        models.putIfAbsent(part, version);
      }
    }
    return models;
  }

  /** Of rows of {@code runs}, the runs that are to go: run_id, month, experiment and artifacts. */
  Dataset<Row> doomed(Dataset<Row> rows, Collection<String> experiments) {
    Column deleted = expr("lifecycle.value = 'deleted'");
    Column ofDeleted = col("experiment_id").isin(experiments.toArray());
    Dataset<Row> suspects =
        rows.where(deleted.or(ofDeleted)).select(col("run_id").as("suspect")).distinct();
    return rows.join(suspects, col("run_id").equalTo(col("suspect")), "left_semi")
        .groupBy("run_id")
        .agg(
            expr("max(month) AS month"),
            expr("max(experiment_id) AS experiment_id"),
            expr("coalesce(max(artifact_uri), '') AS artifact_uri"),
            expr("max(lifecycle) AS lifecycle"))
        .where(
            deleted
                .and(expr("lifecycle.at").lt(lit(cutoff.toEpochMilli())))
                .or(col("experiment_id").isin(experiments.toArray())))
        .drop("lifecycle");
  }

  /** Rows of one of the given runs, or of none of them. */
  static Dataset<Row> ofRuns(
      StoreTable table, Dataset<Row> rows, Collection<String> ids, boolean of) {
    Dataset<Row> wanted =
        table.spark().createDataset(List.copyOf(ids), Encoders.STRING()).toDF("wanted");
    return rows.join(
        broadcast(wanted), col("run_id").equalTo(col("wanted")), of ? "left_semi" : "left_anti");
  }
}
