package io.runlake.evaluate;

import java.util.Map;

/** What an evaluation found, and what a run keeps of it. Immutable. */
public sealed interface Evaluation
    permits ClassifierEvaluation, RegressorEvaluation, ClusteringEvaluation {
  /** The single figures by name. A figure that is not defined on the data is not there. */
  Map<String, Double> metrics();

  /** Tables and plots: texts by file name. */
  Map<String, String> artifacts();

  /**
   * Whether this is good enough.
   *
   * @param thresholds what it must reach; what they compare with is in them
   */
  default Verdict check(Thresholds thresholds) {
    return thresholds.check(metrics());
  }
}
