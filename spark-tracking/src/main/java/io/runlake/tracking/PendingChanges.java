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
    int other = rest == empty ? 0 : 1;
    return points.size() + params.size() + tags.size() + inputs.size() + other;
  }

  void addPoint(MetricPoint point) {
    points.add(point);
    metrics.merge(point.key(), point.value(), PendingChanges::max);
  }

  void addParams(Map<String, Stamp> more) {
    more.forEach((key, value) -> params.merge(key, value, PendingChanges::min));
  }

  void addTags(Map<String, Stamp> more) {
    more.forEach((key, value) -> tags.merge(key, value, PendingChanges::max));
  }

  void addInputs(Map<String, RunInput> more) {
    more.forEach((key, value) -> inputs.merge(key, value, PendingChanges::min));
  }

  /** Adds what a row says, but for the latest metric values, which come with their points. */
  void addRow(RunRow row) {
    addParams(row.params());
    addTags(row.tags());
    addInputs(row.inputs());
    RunRow other =
        row.withParams(Map.of()).withTags(Map.of()).withMetrics(Map.of()).withInputs(Map.of());
    rest = other.equals(empty) ? rest : rest.merge(other);
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
