package io.runlake.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The runs and their metric points: change logs that are only ever appended to.
 *
 * <p>Thread-safe. Many processes may append to one root at once; appends never conflict.
 */
public interface RunStore {
  /**
   * Queues a batch. The future completes when all of it is durable (on local disk: synced), or
   * exceptionally with a {@link StoreException} when it is not; each caller hears of its own batch
   * alone. A full queue makes the caller wait.
   *
   * <p>Atomicity: each row and each point is seen whole or not at all. All rows of a batch become
   * visible at one instant, and so do all its points, the points not later than the rows. A crash
   * between the two leaves points without their rows, never the reverse. Delivering a batch again
   * changes nothing that a reader sees.
   */
  CompletableFuture<Void> append(RunBatch batch);

  /** The current state of a run; empty if no row names it. Reads what is durable. */
  Optional<RunRow> find(RunId id);

  /**
   * Gives the current state of each run that is asked for once, deleted ones included, in no order,
   * on the caller's thread. The states are those of one version of the table. Maps that the scan
   * does not want may be empty. What the consumer throws ends the scan and comes out of it.
   */
  void scan(RunScan scan, Consumer<RunRow> consumer);

  /** What {@link #scan} gives, as a list. */
  default List<RunRow> current(RunScan scan) {
    List<RunRow> rows = new ArrayList<>();
    scan(scan, rows::add);
    return rows;
  }

  /** What a scan of all runs reads; empty where the store has no table of them. */
  default Optional<TableExtent> extent() {
    return Optional.empty();
  }

  /**
   * The points of a run, each once, ordered by key, step, timestamp and value.
   *
   * @param key only this metric; empty means all
   */
  List<MetricPoint> points(RunId run, Optional<String> key);
}
