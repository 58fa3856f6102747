package io.runlake.store.delta;

import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStore;
import io.runlake.store.TableExtent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The tables {@code runs} and {@code metrics}. */
final class DeltaRunStore implements RunStore {
  private static final Comparator<String> BY_UTF8 =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  private static final Comparator<MetricPoint> POINTS =
      Comparator.comparing((MetricPoint point) -> point.key(), BY_UTF8)
          .thenComparing(MetricPoint::value);

  private final RunCommitter committer;
  private final TableReader<RunRow> runs;
  private final TableReader<MetricPoint> metrics;

  DeltaRunStore(
      RunCommitter committer, TableReader<RunRow> runs, TableReader<MetricPoint> metrics) {
    this.committer = committer;
    this.runs = runs;
    this.metrics = metrics;
  }

  @Override
  public CompletableFuture<Void> append(RunBatch batch) {
    return committer.append(batch);
  }

  @Override
  public Optional<RunRow> find(RunId id) {
    List<RunRow> rows = new ArrayList<>();
    runs.read(
        Optional.of(
            TableReader.both(
                TableReader.equal("month", id.month()), TableReader.equal("run_id", id.value()))),
        row -> {
          if (row.runId().equals(id)) {
            rows.add(row);
          }
        });
    return rows.stream().reduce(RunRow::merge);
  }

  @Override
  public void scan(RunScan scan, Consumer<RunRow> consumer) {
    Map<RunId, RunRow> states = new HashMap<>();
    runs.read(
        scan.experiments()
            .map(ids -> ids.stream().map(ExperimentId::value).collect(Collectors.toSet()))
            .flatMap(ids -> TableReader.oneOf("experiment_id", ids)),
        row -> {
          if (scan.includes(row.experimentId())) {
            states.merge(row.runId(), row, RunRow::merge);
          }
        });
    states.values().forEach(consumer);
  }

  @Override
  public Optional<TableExtent> extent() {
    return runs.extent();
  }

  @Override
  public List<MetricPoint> points(RunId run, Optional<String> key) {
    Set<MetricPoint> points = new HashSet<>();
    metrics.read(
        Optional.of(
            TableReader.both(
                TableReader.equal("month", run.month()), TableReader.equal("run_id", run.value()))),
        point -> {
          if (point.runId().equals(run) && (key.isEmpty() || key.get().equals(point.key()))) {
            points.add(point);
          }
        });
    return points.stream().sorted(POINTS).toList();
  }
}
