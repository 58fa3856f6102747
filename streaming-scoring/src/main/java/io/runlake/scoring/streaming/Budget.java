package io.runlake.scoring.streaming;

import java.util.Locale;

/** The rows of one start, and how many of them may be spoiled. Used by one thread at a time. */
final class Budget {
  /** A share of fewer rows says little: one spoiled row in the first batch of ten is no trend. */
  private static final long ENOUGH = 1000;

  private final double allowed;
  private long input;
  private long quarantined;

  Budget(double allowed) {
    this.allowed = allowed;
  }

  void add(Outcome outcome) {
    input += outcome.input();
    quarantined += outcome.quarantined();
  }

  long input() {
    return input;
  }

  long quarantined() {
    return quarantined;
  }

  /**
   * Whether too many rows are spoiled.
   *
   * @param last whether no more rows will come, so that few rows count too
   */
  boolean exceeded(boolean last) {
    return (last || input >= ENOUGH) && input > 0 && (double) quarantined / input > allowed;
  }

  /** What was seen against what is allowed. */
  String reason() {
    return String.format(
        Locale.ROOT,
        "%d of %d rows of this run are quarantined (%.2f %%), and error-budget allows %.2f %%",
        quarantined,
        input,
        input == 0 ? 0 : 100.0 * quarantined / input,
        100 * allowed);
  }
}
