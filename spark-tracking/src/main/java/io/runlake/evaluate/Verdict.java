package io.runlake.evaluate;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a model was accepted. Data and no exception: what becomes of a refused model is for who
 * asked to decide.
 *
 * @param checks every threshold that was looked at, in order
 */
public record Verdict(List<Check> checks) {
  /**
   * What came of one threshold.
   *
   * @param metric the metric
   * @param passed whether it was reached
   * @param reason the values, in a sentence
   */
  public record Check(String metric, boolean passed, String reason) {}

  public Verdict {
    checks = List.copyOf(checks);
  }

  /** Whether every threshold was reached. */
  public boolean accepted() {
    return checks.stream().allMatch(Check::passed);
  }

  /** Why the model is refused; empty if it is accepted. */
  public List<String> reasons() {
    return checks.stream().filter(check -> !check.passed()).map(Check::reason).toList();
  }

  /**
   * For callers that want a refused model to end their program.
   *
   * @throws ModelRefusedException if it was refused, with this verdict
   */
  public void orThrow() {
    if (!accepted()) {
      throw new ModelRefusedException(this);
    }
  }

  @Override
  public String toString() {
    return (accepted() ? "accepted: " : "refused: ")
        + checks.stream()
            .filter(check -> accepted() || !check.passed())
            .map(Check::reason)
            .collect(Collectors.joining(" "));
  }
}
