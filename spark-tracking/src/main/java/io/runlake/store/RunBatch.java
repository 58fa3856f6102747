package io.runlake.store;

import java.util.List;

/**
 * Changes of any number of runs that are written together.
 *
 * @param points go to {@code metrics}, first
 * @param rows go to {@code runs}, afterwards; the latest value of each point must stand in them
 */
public record RunBatch(List<MetricPoint> points, List<RunRow> rows) {
  public RunBatch {
    points = List.copyOf(points);
    rows = List.copyOf(rows);
  }

  public static RunBatch of(RunRow row) {
    return new RunBatch(List.of(), List.of(row));
  }
}
