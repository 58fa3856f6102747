package io.runlake.autolog;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is known of one param map that a tuning estimator tried.
 *
 * @param estimator the tuned estimator with the map's params set
 * @param settings the map
 * @param start the start of its first fit; empty if nobody saw it
 * @param end the end of its last evaluation; empty if nobody saw it
 * @param scores what the evaluator said, by fold from 0; empty if nobody saw it
 * @param result the metric that the maps are compared by; empty if the search did not come so far
 * @param error what its fit or evaluation threw
 */
public record TrialFacts(
    EstimatorFacts estimator,
    List<ParamValue.Setting> settings,
    Optional<Instant> start,
    Optional<Instant> end,
    Map<Integer, Score> scores,
    OptionalDouble result,
    Optional<Throwable> error) {
  public TrialFacts {
    Objects.requireNonNull(estimator, "estimator");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(end, "end");
    Objects.requireNonNull(result, "result");
    Objects.requireNonNull(error, "error");
    settings = List.copyOf(settings);
    scores = Map.copyOf(scores);
  }

  /** What an evaluator said of a fold, and when. */
  public record Score(double value, Instant at) {}
}
