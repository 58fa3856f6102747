package io.runlake.autolog;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The child run of one param map.
 *
 * @param fit params and tags of the tuned estimator with the map's params set
 * @param metrics the result over all folds
 * @param points the scores of the folds, where they are known
 * @param start empty where nobody saw it
 * @param end empty where nobody saw it
 * @param error what made it fail
 */
public record TrialRecord(
    FitRecord fit,
    Map<String, Double> metrics,
    List<Point> points,
    Optional<Instant> start,
    Optional<Instant> end,
    Optional<Throwable> error) {
  public TrialRecord {
    metrics = Map.copyOf(metrics);
    points = List.copyOf(points);
  }

  /** A point of a metric. */
  public record Point(String key, double value, long step, Instant at) {}
}
