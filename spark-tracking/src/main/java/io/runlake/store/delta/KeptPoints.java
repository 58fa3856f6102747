package io.runlake.store.delta;

import io.runlake.store.MetricPoint;
import io.runlake.store.RunId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The points that were asked for last, with the files that they came from: files never change, so
 * what the same files hold is the same. Bounded by the number of points. Thread-safe.
 */
final class KeptPoints {
  private static final int MOST = 200_000;

  private final Map<Key, Points> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** Whose points; empty means all metrics. */
  record Key(RunId run, Optional<String> metric) {}

  /**
   * Points in their order, each once.
   *
   * @param files all that they came from, by their names in the log
   */
  record Points(Set<String> files, List<MetricPoint> points) {}

  /** What is kept; empty if one of its files is not among those that count now. */
  synchronized Optional<Points> of(Key key, Set<String> files) {
    return Optional.ofNullable(kept.get(key)).filter(points -> files.containsAll(points.files()));
  }

  synchronized void keep(Key key, Points points) {
    kept.put(key, points);
    long total = kept.values().stream().mapToLong(each -> each.points().size()).sum();
    Iterator<Points> eldest = kept.values().iterator();
    while ((total > MOST || kept.size() > 1000) && eldest.hasNext()) {
      total -= eldest.next().points().size();
      eldest.remove();
    }
  }
}
