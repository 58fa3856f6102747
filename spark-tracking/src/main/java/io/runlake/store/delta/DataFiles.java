package io.runlake.store.delta;

import static io.delta.kernel.internal.util.Utils.toCloseableIterator;

import io.delta.kernel.DataWriteContext;
import io.delta.kernel.Transaction;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.internal.fs.Path;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Writes the data files of one transaction of a table.
 *
 * @param <R> the row
 */
final class DataFiles<R> {
  /** From so many rows on, two threads are faster than one although it makes two files. */
  private static final int LARGE = 40_000;

  private final TableSpec<R> spec;
  private final Engine engine;
  private final Row state;

  /**
   * @param state the transaction's, as Kernel tells it
   */
  DataFiles(TableSpec<R> spec, Engine engine, Row state) {
    this.spec = spec;
    this.engine = engine;
    this.state = state;
  }

  /**
   * Writes rows and returns the actions that add their files.
   *
   * @param helper may run part of the work on another thread
   */
  List<Row> write(Iterable<R> rows, Consumer<Runnable> helper) throws IOException {
    return Shared.among(
        parts(rows).stream().<Callable<List<Row>>>map(part -> () -> write(part)).toList(), helper);
  }

  /** Rows of one data file. */
  private record Part<R>(String month, List<R> rows) {}

  private List<Part<R>> parts(Iterable<R> rows) {
    Map<String, List<R>> byMonth = new TreeMap<>();
    for (R row : rows) {
      byMonth.computeIfAbsent(spec.partitionOf().apply(row), month -> new ArrayList<>()).add(row);
    }
    List<Part<R>> parts = new ArrayList<>();
    byMonth.forEach(
        (month, all) -> {
          int half = all.size() < LARGE ? all.size() : (all.size() + 1) / 2;
          for (int from = 0; from < all.size(); from += half) {
            int to = Math.min(all.size(), from + half);
            parts.add(new Part<>(month, all.subList(from, to)));
          }
        });
    return parts;
  }

  private List<Row> write(Part<R> part) throws IOException {
    Map<String, Literal> partition = spec.partitionValues(part.month());
    FilteredColumnarBatch batch =
        new FilteredColumnarBatch(spec.columns(part.rows(), part.month()), Optional.empty());
    DataWriteContext context = Transaction.getWriteContext(engine, state, partition);
    List<Row> actions = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> physical =
            Transaction.transformLogicalData(
                engine, state, toCloseableIterator(List.of(batch).iterator()), partition);
        CloseableIterator<DataFileStatus> files =
            engine
                .getParquetHandler()
                .writeParquetFiles(folder(context), physical, context.getStatisticsColumns());
        CloseableIterator<Row> adds =
            Transaction.generateAppendActions(engine, state, files, context)) {
      adds.forEachRemaining(actions::add);
    }
    return actions;
  }

  /**
   * Where data files go. Kernel tells it percent-encoded and does not decode it when it writes, so
   * that the files of a root with a space in its name would land beside the root.
   */
  private static String folder(DataWriteContext context) {
    return new Path(URI.create(context.getTargetDirectory())).toString();
  }
}
