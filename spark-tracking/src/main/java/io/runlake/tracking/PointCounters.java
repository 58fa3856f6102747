package io.runlake.tracking;

/**
 * What became of the metric points that one {@link Runlake} was given. A point is accepted or shed,
 * and an accepted one is durable or waits; other changes are few and are never shed.
 *
 * @param accepted taken by the calls that log
 * @param stored durable
 * @param shed refused with an error because too many waited for a store that did not take them, or
 *     given up when this process closed its {@code Runlake} while the store took nothing
 */
public record PointCounters(long accepted, long stored, long shed) {
  /** How many wait to be written. */
  public long waiting() {
    return Math.max(0, accepted - stored);
  }
}
