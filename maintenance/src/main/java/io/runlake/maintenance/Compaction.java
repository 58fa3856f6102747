package io.runlake.maintenance;

import io.runlake.maintenance.StoreTable.PartitionFiles;
import io.runlake.scoring.ObservedCounts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Makes few large files of many small ones; what a reader sees stays the same. */
final class Compaction {
  private final Upkeep upkeep;
  private final Layout layout;
  private final ObservedCounts counts;
  private final List<String> order;
  private final UnaryOperator<Dataset<Row>> distinct;

  private Compaction(
      Upkeep upkeep,
      Layout layout,
      ObservedCounts counts,
      List<String> order,
      UnaryOperator<Dataset<Row>> distinct) {
    this.upkeep = upkeep;
    this.layout = layout;
    this.counts = counts;
    this.order = order;
    this.distinct = distinct;
  }

  /** Points: re-delivered ones go, those of a metric of a run come to lie together. */
  static Compaction ofPoints(Upkeep metrics, Layout layout, ObservedCounts counts) {
    return new Compaction(
        metrics, layout, counts, List.of("run_id", "key", "step", "timestamp"), Dataset::distinct);
  }

  /** A history, of which every row is kept. */
  static Compaction ofHistory(
      Upkeep table, Layout layout, ObservedCounts counts, List<String> order) {
    return new Compaction(table, layout, counts, order, rows -> rows);
  }

  /** The months that are worth it; an empty text for a table without months. */
  Set<String> due() {
    Map<String, List<PartitionFiles>> months = Layout.byMonth(upkeep.table().files());
    months.values().removeIf(month -> !layout.compactionDue(month));
    return months.keySet();
  }

  void run(boolean dryRun) {
    Set<String> months = due();
    int done = 0;
    for (String month : months) {
      if (dryRun) {
        upkeep.rewritten(month);
        continue;
      }
      String what =
          upkeep.table().name()
              + (month.isEmpty() ? "" : " " + month + " (" + ++done + " of " + months.size() + ")");
      upkeep.untilDone(
          what, () -> upkeep.phases().time("compact", "compacting " + what, () -> compact(month)));
    }
  }

  private boolean compact(String month) {
    List<PartitionFiles> files = Layout.byMonth(upkeep.table().files()).get(month);
    if (files == null || !layout.compactionDue(files)) {
      return false;
    }
    new Rewrite(upkeep.table(), counts)
        .replace(
            Optional.of(month).filter(value -> !value.isEmpty()),
            rows -> Sorted.into(layout.files(files), distinct.apply(rows), order),
            true);
    upkeep.rewritten(month);
    return true;
  }
}
