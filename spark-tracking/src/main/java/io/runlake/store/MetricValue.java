package io.runlake.store;

/**
 * One value of a metric, ordered as MLflow finds the latest: by step, then timestamp, then value
 * (NaN is the greatest, as in Spark).
 *
 * @param step the training step, may be negative
 * @param timestamp milliseconds since the epoch
 * @param value any double
 */
public record MetricValue(long step, long timestamp, double value)
    implements Comparable<MetricValue> {

  @Override
  public int compareTo(MetricValue other) {
    int byStep = Long.compare(step, other.step);
    if (byStep != 0) {
      return byStep;
    }
    int byTime = Long.compare(timestamp, other.timestamp);
    return byTime != 0 ? byTime : Double.compare(value, other.value);
  }

  /** The same with 0.0 for −0.0: Spark holds the two equal, so a merge must not see both. */
  MetricValue withoutNegativeZero() {
    return value == 0.0 ? new MetricValue(step, timestamp, 0.0) : this;
  }
}
