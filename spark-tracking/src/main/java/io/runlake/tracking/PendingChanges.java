package io.runlake.tracking;

import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunInput;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes of one run that wait to be written, merged as they come. The maps are merged in place,
 * which a row, being immutable, cannot. Guarded by its {@link Outbox}.
 */
final class PendingChanges {
  private final List<MetricPoint> points = new ArrayList<>();
  private final Map<String, Stamp> params = new HashMap<>();
  private final Map<String, Stamp> tags = new HashMap<>();
  private final Map<String, MetricValue> metrics = new HashMap<>();
  private final Map<String, RunInput> inputs = new HashMap<>();
  private final RunRow empty;
  private RunRow rest;

  /**
   * @param empty a row of the run that changes nothing
   */
  PendingChanges(RunRow empty) {
    this.empty = empty;
    this.rest = empty;
  }

  int points() {
    return points.size();
  }

  int size() {
    int plain = rest.equals(empty) ? 0 : 1;
    return points.size() + params.size() + tags.size() + inputs.size() + plain;
  }

  void add(MetricPoint point) {
    points.add(point);
    metrics.merge(point.key(), point.value(), PendingChanges::max);
  }

  void add(RunRow row) {
    row.params().forEach((key, value) -> params.merge(key, value, PendingChanges::min));
    row.tags().forEach((key, value) -> tags.merge(key, value, PendingChanges::max));
    row.metrics().forEach((key, value) -> metrics.merge(key, value, PendingChanges::max));
    row.inputs().forEach((key, value) -> inputs.merge(key, value, PendingChanges::min));
    rest =
        rest.merge(
            row.withParams(Map.of()).withTags(Map.of()).withMetrics(Map.of()).withInputs(Map.of()));
  }

  RunBatch batch() {
    RunRow row = rest.withParams(params).withTags(tags).withMetrics(metrics).withInputs(inputs);
    return new RunBatch(points, List.of(row));
  }

  private static <T extends Comparable<T>> T min(T a, T b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static <T extends Comparable<T>> T max(T a, T b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
