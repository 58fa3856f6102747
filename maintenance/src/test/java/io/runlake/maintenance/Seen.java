package io.runlake.maintenance;

import io.runlake.store.ExperimentRow;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that a reader of a store can see. */
record Seen(
    Map<RunId, RunRow> runs,
    Map<RunId, List<MetricPoint>> points,
    List<ExperimentRow> experiments) {
  static Seen of(String uri, StoreOptions options) {
    try (Store store = Stores.open(uri, options)) {
      Map<RunId, RunRow> runs = new HashMap<>();
      Map<RunId, List<MetricPoint>> points = new HashMap<>();
      for (RunRow row : store.runs().current(RunScan.all())) {
        runs.put(row.runId(), row);
        points.put(
            row.runId(),
            store.runs().points(row.runId(), Optional.empty()).stream()
                .sorted(Comparator.comparing(MetricPoint::toString))
                .toList());
      }
      return new Seen(runs, points, store.experiments().history());
    }
  }
}
