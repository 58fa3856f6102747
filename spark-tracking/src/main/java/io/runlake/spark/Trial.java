package io.runlake.spark;

import org.apache.spark.ml.evaluation.Evaluator;

/**
 * One fit of one param map on one fold, and the evaluation that follows on the same thread; or the
 * final fit of the best map on the whole data, with index and fold −1.
 */
final class Trial {
  private final TuningLog log;
  private final int index;
  private final int fold;
  private boolean fitting = true;

  Trial(TuningLog log, int index, int fold) {
    this.log = log;
    this.index = index;
    this.fold = fold;
  }

  int index() {
    return index;
  }

  int fold() {
    return fold;
  }

  boolean fitting() {
    return fitting;
  }

  /** True if an evaluation has to follow. */
  boolean fitted(Throwable thrown) {
    fitting = false;
    if (thrown != null) {
      log.failed(this, thrown);
    }
    return thrown == null && index >= 0;
  }

  boolean awaits(Evaluator evaluator) {
    return !fitting && log.evaluatesWith(evaluator);
  }

  void scored(Object value, Throwable thrown) {
    if (thrown != null) {
      log.failed(this, thrown);
    } else if (value instanceof Double metric) {
      log.scored(this, metric);
    }
  }
}
