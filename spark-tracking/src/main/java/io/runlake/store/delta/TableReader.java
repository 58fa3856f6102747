package io.runlake.store.delta;

import static io.delta.kernel.internal.util.Utils.singletonCloseableIterator;

import io.delta.kernel.Scan;
import io.delta.kernel.ScanBuilder;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.expressions.And;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Literal;
import io.delta.kernel.expressions.Or;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the rows of a table with Kernel's own Parquet reader. Predicates only leave out files; what
 * comes back may hold more rows than were asked for. Thread-safe.
 *
 * @param <R> the row
 */
final class TableReader<R> {
  /** Beyond this many values a predicate costs more than the files that it saves. */
  private static final int MOST_VALUES = 32;

  private final DeltaTable<R> table;

  TableReader(DeltaTable<R> table) {
    this.table = table;
  }

  /** A file of a version of the table, not yet read. */
  record DataFile(Row scanState, Row scanFile) {
    String path() {
      return InternalScanFileUtils.getAddFileStatus(scanFile).getPath();
    }
  }

  /** All rows of the newest version that the predicate does not rule out; none without a table. */
  void read(Optional<Predicate> predicate, Consumer<R> consumer) {
    Storage.reading(
        table.path(),
        () -> {
          List<R> rows = new ArrayList<>();
          try {
            collect(predicate, rows);
          } catch (RuntimeException e) {
            if (Storage.cause(e, FileNotFoundException.class).isEmpty()) {
              throw e;
            }
            // Maintenance may have removed a file of the version that was being read: read anew.
            rows.clear();
            collect(predicate, rows);
          }
          rows.forEach(consumer);
          return null;
        });
  }

  private void collect(Optional<Predicate> predicate, List<R> rows) throws IOException {
    Optional<Snapshot> snapshot = table.load(new SettlingCommitter());
    if (snapshot.isPresent()) {
      for (DataFile file : files(snapshot.get(), predicate)) {
        read(file, rows::add);
      }
    }
  }

  /** The data files of a version. */
  List<DataFile> files(Snapshot snapshot, Optional<Predicate> predicate) throws IOException {
    ScanBuilder builder = snapshot.getScanBuilder().withReadSchema(table.spec().codec().schema());
    Scan scan = predicate.map(builder::withFilter).orElse(builder).build();
    Row scanState = scan.getScanState(table.engine());
    List<DataFile> found = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(table.engine())) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> files = batches.next().getRows()) {
          files.forEachRemaining(file -> found.add(new DataFile(scanState, file)));
        }
      }
    }
    return found;
  }

  /** The rows of one file. */
  void read(DataFile file, Consumer<R> consumer) throws IOException {
    FileStatus status = InternalScanFileUtils.getAddFileStatus(file.scanFile());
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(file.scanState());
    try (CloseableIterator<ColumnarBatch> raw =
            table
                .engine()
                .getParquetHandler()
                .readParquetFiles(singletonCloseableIterator(status), physical, Optional.empty())
                .map(result -> result.getData());
        CloseableIterator<FilteredColumnarBatch> logical =
            Scan.transformPhysicalData(table.engine(), file.scanState(), file.scanFile(), raw)) {
      while (logical.hasNext()) {
        decode(logical.next(), consumer);
      }
    }
  }

  private void decode(FilteredColumnarBatch batch, Consumer<R> consumer) {
    Optional<ColumnVector> selection = batch.getSelectionVector();
    ColumnarBatch data = batch.getData();
    for (int row = 0; row < data.getSize(); row++) {
      if (selection.isEmpty()
          || !selection.get().isNullAt(row) && selection.get().getBoolean(row)) {
        consumer.accept(table.spec().codec().decode(data, row));
      }
    }
  }

  static Predicate equal(String column, String value) {
    return new Predicate("=", new Column(column), Literal.ofString(value));
  }

  static Predicate both(Predicate a, Predicate b) {
    return new And(a, b);
  }

  /** That a column holds one of some values; empty if that is not worth asking. */
  static Optional<Predicate> oneOf(String column, Set<String> values) {
    if (values.isEmpty() || values.size() > MOST_VALUES) {
      return Optional.empty();
    }
    return values.stream().map(value -> equal(column, value)).reduce(Or::new);
  }
}
