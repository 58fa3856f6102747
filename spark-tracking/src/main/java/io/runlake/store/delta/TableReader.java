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
import io.runlake.store.TableExtent;
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

  /**
   * What is the same for all files of a version, worked out once.
   *
   * @param physical the columns to read from the files
   * @param plain whether these are the columns of the table, so that rows without a deletion vector
   *     need no transformation
   */
  private record Plan(Row scanState, StructType physical, boolean plain) {}

  /** A file of a version of the table, not yet read. */
  static final class DataFile {
    private final Plan plan;
    private final Row scanFile;

    private DataFile(Plan plan, Row scanFile) {
      this.plan = plan;
      this.scanFile = scanFile;
    }

    String path() {
      return InternalScanFileUtils.getAddFileStatus(scanFile).getPath();
    }

    private boolean plain() {
      return plan.plain()
          && InternalScanFileUtils.getDeletionVectorDescriptorFromRow(scanFile) == null;
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
          } catch (IOException | RuntimeException e) {
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
      ParallelReads.of(files(snapshot.get(), predicate), this::rows).forEach(rows::addAll);
    }
  }

  private List<R> rows(DataFile file) throws IOException {
    List<R> rows = new ArrayList<>();
    read(file, rows::add);
    return rows;
  }

  /** How much the newest version holds; empty without a table. */
  Optional<TableExtent> extent() {
    return Storage.reading(
        table.path(),
        () -> {
          Optional<Snapshot> newest = table.load(new SettlingCommitter());
          if (newest.isEmpty()) {
            return Optional.empty();
          }
          long bytes = 0;
          for (LiveFile file : LiveFiles.of(newest.get(), table.engine())) {
            bytes += file.status().getSize();
          }
          return Optional.of(new TableExtent(newest.get().getVersion(), bytes));
        });
  }

  /** The data files of a version. */
  List<DataFile> files(Snapshot snapshot, Optional<Predicate> predicate) throws IOException {
    ScanBuilder builder = snapshot.getScanBuilder().withReadSchema(table.spec().codec().schema());
    Scan scan = predicate.map(builder::withFilter).orElse(builder).build();
    Row scanState = scan.getScanState(table.engine());
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(scanState);
    Plan plan = new Plan(scanState, physical, physical.equals(table.spec().codec().schema()));
    List<DataFile> found = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(table.engine())) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> files = batches.next().getRows()) {
          files.forEachRemaining(file -> found.add(new DataFile(plan, file)));
        }
      }
    }
    return found;
  }

  /** The rows of one file. */
  void read(DataFile file, Consumer<R> consumer) throws IOException {
    FileStatus status = InternalScanFileUtils.getAddFileStatus(file.scanFile);
    if (file.plain()) {
      table
          .engine()
          .dataFiles()
          .read(status, file.plan.physical(), batch -> decode(batch, Optional.empty(), consumer));
      return;
    }
    try (CloseableIterator<ColumnarBatch> raw =
            table
                .engine()
                .getParquetHandler()
                .readParquetFiles(
                    singletonCloseableIterator(status), file.plan.physical(), Optional.empty())
                .map(result -> result.getData());
        CloseableIterator<FilteredColumnarBatch> logical =
            Scan.transformPhysicalData(table.engine(), file.plan.scanState(), file.scanFile, raw)) {
      while (logical.hasNext()) {
        FilteredColumnarBatch batch = logical.next();
        decode(batch.getData(), batch.getSelectionVector(), consumer);
      }
    }
  }

  private void decode(ColumnarBatch data, Optional<ColumnVector> selection, Consumer<R> consumer) {
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
