package io.runlake.scoring.streaming;

import java.util.LinkedHashMap;
import java.util.Map;

/** How long the phases of one batch took. Used by one thread at a time. */
final class BatchTimes {
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long mark = System.nanoTime();

  void add(String phase, long startNanos) {
    seconds.merge(phase, (System.nanoTime() - startNanos) / 1e9, Double::sum);
  }

  void mark() {
    mark = System.nanoTime();
  }

  void sinceMark(String phase) {
    add(phase, mark);
  }

  /** Seconds by phase; forgets them. */
  Map<String, Double> take() {
    Map<String, Double> taken = new LinkedHashMap<>(seconds);
    seconds.clear();
    return taken;
  }
}
