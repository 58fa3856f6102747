package io.runlake.store.delta;

import io.runlake.store.Checkup;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunRow;
import io.runlake.store.StatusChange;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the rows and points of one run say together, as far as a check needs it. */
final class SeenRun {
  String experiment;
  int settledRows;
  boolean hasRow;

  private final Map<String, MetricValue> map = new HashMap<>();
  private final Map<String, MetricValue> points = new HashMap<>();
  private Set<String> told = Set.of();
  private StatusChange status;
  private Instant leaseUntil = Instant.MIN;

  void add(RunRow row) {
    hasRow = true;
    row.metrics().forEach((key, value) -> map.merge(key, value, SeenRun::max));
    row.status().ifPresent(change -> status = status == null ? change : max(status, change));
    row.leaseUntil().ifPresent(until -> leaseUntil = max(leaseUntil, until));
  }

  void add(MetricPoint point) {
    MetricValue value = point.value();
    // The map holds 0.0 for -0.0.
    MetricValue held =
        value.value() == 0.0 ? new MetricValue(value.step(), value.timestamp(), 0.0) : value;
    points.merge(point.key(), held, SeenRun::max);
  }

  /** True the first time that it is asked about something. */
  boolean toldOnce(String what) {
    if (told.contains(what)) {
      return false;
    }
    Set<String> more = new HashSet<>(told);
    more.add(what);
    told = Set.copyOf(more);
    return true;
  }

  /** Whether its owner may be about to write what is still missing. */
  boolean live(Checkup checkup) {
    return status != null
        && !status.status().terminal()
        && leaseUntil.isAfter(checkup.now().minus(checkup.skew()));
  }

  Set<String> keysAheadOfPoints() {
    return keysAhead(map, points);
  }

  Set<String> keysBehindPoints() {
    return keysAhead(points, map);
  }

  private static Set<String> keysAhead(Map<String, MetricValue> a, Map<String, MetricValue> b) {
    Set<String> keys = new TreeSet<>();
    a.forEach(
        (key, value) -> {
          MetricValue other = b.get(key);
          if (other == null || value.compareTo(other) > 0) {
            keys.add(key);
          }
        });
    return keys;
  }

  private static <T extends Comparable<? super T>> T max(T a, T b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
