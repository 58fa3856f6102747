package io.runlake.evaluate;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What a metric must reach, as MLflow's {@code MetricThreshold} has it.
 *
 * @param metric its name
 * @param greaterIsBetter whether more is better
 * @param value the least value, or the greatest where less is better; empty for none
 * @param minAbsoluteChange by how much it must be better than the baseline's; empty for none
 * @param minRelativeChange by which share of the baseline's value it must be better; empty for none
 */
public record MetricThreshold(
    String metric,
    boolean greaterIsBetter,
    OptionalDouble value,
    OptionalDouble minAbsoluteChange,
    OptionalDouble minRelativeChange) {
  public MetricThreshold {
    Objects.requireNonNull(metric, "metric");
    if (value.isEmpty() && minAbsoluteChange.isEmpty() && minRelativeChange.isEmpty()) {
      throw new IllegalArgumentException(
          "The threshold on "
              + metric
              + " asks for nothing: give it a value, or a change over the baseline.");
    }
    refuseNaN(metric, value);
    notNegative(metric, minAbsoluteChange);
    notNegative(metric, minRelativeChange);
  }

  private static void refuseNaN(String metric, OptionalDouble number) {
    if (number.isPresent() && Double.isNaN(number.getAsDouble())) {
      throw new IllegalArgumentException("A threshold on " + metric + " is NaN; give a number.");
    }
  }

  private static void notNegative(String metric, OptionalDouble change) {
    refuseNaN(metric, change);
    if (change.isPresent() && change.getAsDouble() < 0) {
      throw new IllegalArgumentException(
          "The change of "
              + metric
              + " over the baseline is negative: "
              + change.getAsDouble()
              + ". It says by how much the metric must be better, so give 0 or more.");
    }
  }

  /** At least this; more is better. */
  public static MetricThreshold atLeast(String metric, double value) {
    return absolute(metric, true, value);
  }

  /** At most this; less is better. */
  public static MetricThreshold atMost(String metric, double value) {
    return absolute(metric, false, value);
  }

  /** No worse than the baseline's. */
  public static MetricThreshold noWorse(String metric, boolean greaterIsBetter) {
    return betterBy(metric, greaterIsBetter, 0);
  }

  /** Better than the baseline's by at least this much. */
  public static MetricThreshold betterBy(String metric, boolean greaterIsBetter, double change) {
    return new MetricThreshold(
        metric,
        greaterIsBetter,
        OptionalDouble.empty(),
        OptionalDouble.of(change),
        OptionalDouble.empty());
  }

  /** Better than the baseline's by at least this share of it: 0.05 for five per cent. */
  public static MetricThreshold betterByShare(
      String metric, boolean greaterIsBetter, double share) {
    return new MetricThreshold(
        metric,
        greaterIsBetter,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.of(share));
  }

  private static MetricThreshold absolute(String metric, boolean greaterIsBetter, double value) {
    return new MetricThreshold(
        metric,
        greaterIsBetter,
        OptionalDouble.of(value),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  boolean comparesWithBaseline() {
    return minAbsoluteChange.isPresent() || minRelativeChange.isPresent();
  }

  /** Whether one value is at least as good as another. NaN is as good as nothing. */
  boolean asGood(double candidate, double wanted) {
    return greaterIsBetter ? candidate >= wanted : candidate <= wanted;
  }

  /** The value that is better than the baseline's by so much. */
  double better(double baseline, double change) {
    return greaterIsBetter ? baseline + change : baseline - change;
  }
}
