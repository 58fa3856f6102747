package io.runlake.autolog;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What is known of a search over param maps.
 *
 * @param uid of the tuning estimator
 * @param metric what the maps are compared by, as the evaluator names it
 * @param averaged whether the result of a map is the mean over folds, as in cross validation
 * @param trials one for each map, in their order
 * @param best the index of the map that the final model was fitted with; empty if the search did
 *     not come so far
 */
public record TuningFacts(
    String uid, String metric, boolean averaged, List<TrialFacts> trials, OptionalInt best) {
  public TuningFacts {
    Objects.requireNonNull(uid, "uid");
    Objects.requireNonNull(metric, "metric");
    Objects.requireNonNull(best, "best");
    trials = List.copyOf(trials);
  }
}
