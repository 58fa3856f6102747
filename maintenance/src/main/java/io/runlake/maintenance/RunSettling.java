package io.runlake.maintenance;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.runlake.maintenance.StoreTable.PartitionFiles;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.ObservedCounts.Counted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Settles {@code runs}: the rows of a run become one, sorted for search. */
final class RunSettling {
  /** Where runs lie together that are searched together. */
  private static final List<String> ORDER = List.of("experiment_id", "start_time", "run_id");

  private final Upkeep runs;
  private final StoreTable metrics;
  private final Layout layout;
  private final ObservedCounts counts;

  RunSettling(Upkeep runs, StoreTable metrics, Layout layout, ObservedCounts counts) {
    this.runs = runs;
    this.metrics = metrics;
    this.layout = layout;
    this.counts = counts;
  }

  /**
   * Settles every month that has changes, and those whose maps lack points.
   *
   * @param suspects months to which points came since they were last looked at
   */
  void run(Set<String> suspects, boolean dryRun) {
    Set<String> months = new TreeSet<>(due(runs.table().files()).keySet());
    for (String month : new TreeSet<>(suspects)) {
      if (!months.contains(month) && lacksPoints(month)) {
        months.add(month);
      }
    }
    int done = 0;
    for (String month : months) {
      if (dryRun) {
        runs.rewritten(month);
        continue;
      }
      String what = "runs " + month + " (" + ++done + " of " + months.size() + ")";
      runs.untilDone(
          what, () -> runs.phases().time("settle", "settling " + what, () -> settle(month)));
    }
  }

  private Map<String, List<PartitionFiles>> due(List<PartitionFiles> files) {
    Map<String, List<PartitionFiles>> months = Layout.byMonth(files);
    months.values().removeIf(month -> !layout.settlingDue(month));
    return months;
  }

  private boolean settle(String month) {
    List<PartitionFiles> files = Layout.byMonth(runs.table().files()).get(month);
    if (files == null || !layout.settlingDue(files) && !lacksPoints(month)) {
      return false;
    }
    Settled settled = new Settled(month, layout.files(files));
    new Rewrite(runs.table(), counts).replace(Optional.of(month), settled::of, true);
    runs.settled(counts.await(settled.changes), counts.await(settled.mended));
    runs.rewritten(month);
    return true;
  }

  private boolean lacksPoints(String month) {
    if (metrics.newest().isEmpty()) {
      return false;
    }
    Dataset<Row> rows = RunFold.folded(runs.table().rows().where(col("month").equalTo(month)));
    return !RunFold.mend(rows, latest(month)).where(RunFold.MENDED).isEmpty();
  }

  private Dataset<Row> latest(String month) {
    return RunFold.latest(metrics.rows().where(col("month").equalTo(month)));
  }

  /** The settled rows of a month, and what is counted as they are computed. */
  private final class Settled {
    private final String month;
    private final int files;
    private Counted changes;
    private Counted mended;

    Settled(String month, int files) {
      this.month = month;
      this.files = files;
    }

    Dataset<Row> of(Dataset<Row> rows) {
      changes = counts.count(rows, "changes", col("level").equalTo(0));
      Dataset<Row> folded = RunFold.folded(changes.rows());
      if (metrics.newest().isPresent()) {
        folded = RunFold.mend(folded, latest(month));
      } else {
        folded = folded.withColumn(RunFold.MENDED, lit(false));
      }
      mended = counts.count(folded, "mended", col(RunFold.MENDED));
      Column[] columns =
          runs.table().columns().stream()
              .map(
                  name ->
                      switch (name) {
                        case "level" -> lit(1).as(name);
                        case "month" -> lit(month).as(name);
                        default -> col(name);
                      })
              .toArray(Column[]::new);
      return Sorted.into(files, mended.rows().select(columns), ORDER);
    }
  }
}
