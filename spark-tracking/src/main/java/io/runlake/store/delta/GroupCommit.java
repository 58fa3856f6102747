package io.runlake.store.delta;

import io.delta.kernel.data.Row;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.StoreException;
import io.runlake.store.delta.WaitingBatches.Waiting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;

/** Makes one commit to each of {@code metrics} and {@code runs} of all that waits, points first. */
final class GroupCommit {
  private final TableWriter<MetricPoint> metrics;
  private final TableWriter<RunRow> runs;
  private final Assistant assistant;

  GroupCommit(TableWriter<MetricPoint> metrics, TableWriter<RunRow> runs, Assistant assistant) {
    this.metrics = metrics;
    this.runs = runs;
    this.assistant = assistant;
  }

  /** Why a table did not take its part; empty where it did. */
  record Outcome(Optional<StoreException> points, Optional<StoreException> rows) {
    /** Why a batch of the group is not durable; empty if it is. */
    Optional<StoreException> of(RunBatch batch) {
      if (points.isPresent() && !batch.points().isEmpty()) {
        return points;
      }
      return batch.rows().isEmpty() ? Optional.empty() : rows;
    }
  }

  /**
   * Commits a group. The data files of {@code runs} are written while {@code metrics} commits, so
   * that only the log entry is left to follow.
   */
  Outcome commit(List<Waiting> group) throws InterruptedException {
    List<MetricPoint> points = new ArrayList<>();
    for (Waiting waiting : group) {
      points.addAll(waiting.batch().points());
    }
    Collection<RunRow> rows = rows(group, waiting -> true);
    Optional<StoreException> pointsFailed = Optional.empty();
    Optional<List<Row>> ahead = Optional.empty();
    if (!points.isEmpty()) {
      FutureTask<Optional<List<Row>>> staging = new FutureTask<>(() -> staged(rows));
      assistant.later(staging);
      try {
        pointsFailed = tryAppend(metrics, points, Optional.empty());
      } finally {
        // However that ended: the writer of the runs is confined to one thread at a time.
        ahead = done(staging);
      }
    }
    Optional<StoreException> rowsFailed =
        pointsFailed.isEmpty()
            ? tryAppend(runs, rows, ahead)
            : tryAppend(
                runs, rows(group, waiting -> waiting.batch().points().isEmpty()), Optional.empty());
    return new Outcome(pointsFailed, rowsFailed);
  }

  /** Hands what is due after commits, such as checkpoints, to the assistant. */
  void dueLater() {
    metrics.takeDue().forEach(assistant::later);
    runs.takeDue().forEach(assistant::later);
  }

  private static Collection<RunRow> rows(List<Waiting> group, Predicate<Waiting> wanted) {
    Map<RunId, RunRow> rows = new LinkedHashMap<>();
    for (Waiting waiting : group) {
      if (wanted.test(waiting)) {
        waiting.batch().rows().forEach(row -> rows.merge(row.runId(), row, RunRow::merge));
      }
    }
    return rows.values();
  }

  private Optional<List<Row>> staged(Collection<RunRow> rows) {
    return rows.isEmpty() ? Optional.empty() : runs.stage(rows);
  }

  private static Optional<List<Row>> done(FutureTask<Optional<List<Row>>> staging) {
    try {
      return Shared.done(staging);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static <R> Optional<StoreException> tryAppend(
      TableWriter<R> writer, Collection<R> rows, Optional<List<Row>> ahead)
      throws InterruptedException {
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    try {
      writer.append(rows, ahead);
      return Optional.empty();
    } catch (StoreException e) {
      return Optional.of(e);
    }
  }
}
