package io.runlake.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * A row of {@code runs}: what one writer changed of one run, or, merged, the run's current state;
 * the two have the same shape. Merging is associative, commutative and idempotent, so re-delivery,
 * late commits and the moment of settling change nothing.
 *
 * @param origin written by the row that creates the run
 * @param params per key the first stamp wins
 * @param tags per key the last stamp wins; deletions stay in it
 * @param metrics per key the latest value; every point stands in {@code metrics} as well
 * @param inputs what the run read, by {@link DatasetRef#key()}
 */
public record RunRow(
    RunId runId,
    ExperimentId experimentId,
    Optional<RunOrigin> origin,
    Optional<StatusChange> status,
    Optional<Stamp> name,
    Optional<Stamp> lifecycle,
    Optional<Instant> leaseUntil,
    Map<String, Stamp> params,
    Map<String, Stamp> tags,
    Map<String, MetricValue> metrics,
    Map<String, RunInput> inputs) {

  /** {@link #lifecycle()} of a run that was not deleted. */
  public static final String ACTIVE = "active";

  private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);

  /** {@link #lifecycle()} of a deleted run. */
  public static final String DELETED = "deleted";

  public RunRow {
    Objects.requireNonNull(runId, "runId");
    Objects.requireNonNull(experimentId, "experimentId");
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(lifecycle, "lifecycle");
    Objects.requireNonNull(leaseUntil, "leaseUntil");
    params = Map.copyOf(params);
    tags = Map.copyOf(tags);
    inputs = Map.copyOf(inputs);
    metrics = withoutNegativeZeros(metrics);
  }

  /** A row that changes nothing yet. */
  public static RunRow of(RunId runId, ExperimentId experimentId) {
    return new RunRow(
        runId,
        experimentId,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Map.of(),
        Map.of(),
        Map.of());
  }

  /**
   * The state that this row and another of the same run make together.
   *
   * @throws IllegalArgumentException if the other row is of another run
   */
  public RunRow merge(RunRow other) {
    if (!runId.equals(other.runId)) {
      throw new IllegalArgumentException(
          "Rows of two runs do not merge: " + runId + " and " + other.runId + ".");
    }
    return new RunRow(
        runId,
        new ExperimentId(
            greater(
                experimentId.value(),
                other.experimentId.value(),
                Stamp.compare(experimentId.value(), other.experimentId.value()))),
        merge(origin, other.origin, RunOrigin::merge),
        merge(status, other.status, RunRow::max),
        merge(name, other.name, RunRow::max),
        merge(lifecycle, other.lifecycle, RunRow::max),
        merge(leaseUntil, other.leaseUntil, RunRow::max),
        merge(params, other.params, RunRow::min),
        merge(tags, other.tags, RunRow::max),
        merge(metrics, other.metrics, RunRow::max),
        merge(inputs, other.inputs, RunRow::min));
  }

  /** Whether the run was deleted. */
  public boolean deleted() {
    return lifecycle.flatMap(Stamp::value).filter(DELETED::equals).isPresent();
  }

  /** The greatest stamp that this row holds; 0 if it holds none. */
  public long greatestStamp() {
    long greatest = status.map(StatusChange::at).orElse(0L);
    greatest = Math.max(greatest, name.map(Stamp::at).orElse(0L));
    greatest = Math.max(greatest, lifecycle.map(Stamp::at).orElse(0L));
    for (Stamp stamp : params.values()) {
      greatest = Math.max(greatest, stamp.at());
    }
    for (Stamp stamp : tags.values()) {
      greatest = Math.max(greatest, stamp.at());
    }
    for (RunInput input : inputs.values()) {
      greatest = Math.max(greatest, input.at());
    }
    return greatest;
  }

  private static String greater(String a, String b, int order) {
    return order >= 0 ? a : b;
  }

  private static <T extends Comparable<? super T>> T max(T a, T b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private static <T extends Comparable<? super T>> T min(T a, T b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static <T> Optional<T> merge(Optional<T> a, Optional<T> b, BinaryOperator<T> whereBoth) {
    return a.isPresent() && b.isPresent()
        ? Optional.of(whereBoth.apply(a.get(), b.get()))
        : a.or(() -> b);
  }

  private static <V> Map<String, V> merge(
      Map<String, V> a, Map<String, V> b, BinaryOperator<V> whereBoth) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    Map<String, V> merged = new HashMap<>(a);
    b.forEach((key, value) -> merged.merge(key, value, whereBoth));
    return merged;
  }

  private static Map<String, MetricValue> withoutNegativeZeros(Map<String, MetricValue> metrics) {
    boolean none = true;
    for (MetricValue value : metrics.values()) {
      none &= Double.doubleToRawLongBits(value.value()) != NEGATIVE_ZERO;
    }
    if (none) {
      return Map.copyOf(metrics);
    }
    Map<String, MetricValue> copy = new HashMap<>(metrics);
    copy.replaceAll((key, value) -> value.withoutNegativeZero());
    return Map.copyOf(copy);
  }

  /** The same row with an origin. */
  public RunRow withOrigin(RunOrigin value) {
    return new RunRow(
        runId,
        experimentId,
        Optional.of(value),
        status,
        name,
        lifecycle,
        leaseUntil,
        params,
        tags,
        metrics,
        inputs);
  }

  /** The same row with a status. */
  public RunRow withStatus(StatusChange value) {
    return new RunRow(
        runId,
        experimentId,
        origin,
        Optional.of(value),
        name,
        lifecycle,
        leaseUntil,
        params,
        tags,
        metrics,
        inputs);
  }

  /** The same row with a name. */
  public RunRow withName(Stamp value) {
    return new RunRow(
        runId,
        experimentId,
        origin,
        status,
        Optional.of(value),
        lifecycle,
        leaseUntil,
        params,
        tags,
        metrics,
        inputs);
  }

  /** The same row with a lifecycle, {@link #ACTIVE} or {@link #DELETED}. */
  public RunRow withLifecycle(Stamp value) {
    return new RunRow(
        runId,
        experimentId,
        origin,
        status,
        name,
        Optional.of(value),
        leaseUntil,
        params,
        tags,
        metrics,
        inputs);
  }

  /** The same row with a lease. */
  public RunRow withLeaseUntil(Instant value) {
    return new RunRow(
        runId,
        experimentId,
        origin,
        status,
        name,
        lifecycle,
        Optional.of(value),
        params,
        tags,
        metrics,
        inputs);
  }

  /** The same row with these params instead. */
  public RunRow withParams(Map<String, Stamp> value) {
    return new RunRow(
        runId,
        experimentId,
        origin,
        status,
        name,
        lifecycle,
        leaseUntil,
        value,
        tags,
        metrics,
        inputs);
  }

  /** The same row with these tags instead. */
  public RunRow withTags(Map<String, Stamp> value) {
    return new RunRow(
        runId,
        experimentId,
        origin,
        status,
        name,
        lifecycle,
        leaseUntil,
        params,
        value,
        metrics,
        inputs);
  }

  /** The same row with these latest metric values instead. */
  public RunRow withMetrics(Map<String, MetricValue> value) {
    return new RunRow(
        runId,
        experimentId,
        origin,
        status,
        name,
        lifecycle,
        leaseUntil,
        params,
        tags,
        value,
        inputs);
  }

  /** The same row with these inputs instead. */
  public RunRow withInputs(Map<String, RunInput> value) {
    return new RunRow(
        runId,
        experimentId,
        origin,
        status,
        name,
        lifecycle,
        leaseUntil,
        params,
        tags,
        metrics,
        value);
  }
}
