package io.runlake.tracking;

import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import io.runlake.store.StoreException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run as it was read. The maps are sorted by key.
 *
 * @param metrics the latest value of each metric: the greatest by step, then time, then value
 * @param tags without those that were deleted
 * @param inputs what it read, in the order in which it was logged
 */
public record Run(
    RunInfo info,
    SortedMap<String, String> params,
    SortedMap<String, MetricValue> metrics,
    SortedMap<String, String> tags,
    List<DatasetRef> inputs) {
  public Run {
    params = Collections.unmodifiableSortedMap(new TreeMap<>(params));
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    inputs = List.copyOf(inputs);
  }

  public RunId id() {
    return info.id();
  }

  public ExperimentId experimentId() {
    return info.experimentId();
  }

  public String name() {
    return info.name();
  }

  public RunStatus status() {
    return info.status();
  }

  /** The latest value of a metric; empty if it was never logged. */
  public Optional<Double> metric(String key) {
    return Optional.ofNullable(metrics.get(key)).map(MetricValue::value);
  }

  /** The run that this one was started in; empty if there is none, or its tag is no run id. */
  public Optional<RunId> parentId() {
    try {
      return Optional.ofNullable(tags.get(Tags.PARENT_RUN_ID)).map(RunId::new);
    } catch (StoreException noRunId) {
      return Optional.empty();
    }
  }

  /**
   * What the current state of a run in the store says to a user.
   *
   * @param deleted whether it or its experiment was deleted
   */
  static Run of(RunRow row, boolean deleted) {
    RunInfo info =
        new RunInfo(
            row.runId(),
            row.experimentId(),
            row.name().flatMap(Stamp::value).orElse(""),
            row.status().map(StatusChange::status).orElse(RunStatus.RUNNING),
            row.status().flatMap(StatusChange::message),
            row.origin().map(RunOrigin::startTime),
            row.status().flatMap(StatusChange::endTime),
            row.origin().map(RunOrigin::user).orElse(""),
            row.origin().map(RunOrigin::source).orElse(""),
            row.origin().map(RunOrigin::artifactUri).orElse(""),
            deleted);
    List<DatasetRef> inputs =
        row.inputs().values().stream().sorted().map(RunInput::dataset).toList();
    return new Run(
        info, present(row.params()), new TreeMap<>(row.metrics()), present(row.tags()), inputs);
  }

  private static SortedMap<String, String> present(Map<String, Stamp> stamps) {
    SortedMap<String, String> values = new TreeMap<>();
    stamps.forEach((key, stamp) -> stamp.value().ifPresent(value -> values.put(key, value)));
    return values;
  }
}
