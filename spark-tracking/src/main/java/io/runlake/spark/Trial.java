package io.runlake.spark;

import java.util.Optional;
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
  private Optional<FitPart> part = Optional.empty();

  Trial(TuningLog log, int index, int fold) {
    this.log = log;
    this.index = index;
    this.fold = fold;
  }

  /** Whose cost is this trial's. */
  void countedBy(FitPart counted) {
    part = Optional.of(counted);
    log.counted(this, counted);
  }

  /** Nothing more is heard of it. */
  void over() {
    part.ifPresent(FitPart::close);
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
      over();
    }
    return thrown == null && index >= 0;
  }

  boolean awaits(Evaluator evaluator) {
    return !fitting && log.evaluatesWith(evaluator);
  }

  void scored(Object value, Throwable thrown) {
    over();
    if (thrown != null) {
      log.failed(this, thrown);
    } else if (value instanceof Double metric) {
      log.scored(this, metric);
    }
  }
}
