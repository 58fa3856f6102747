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
import org.apache.parquet.filter2.predicate.FilterPredicate;

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
  record Plan(Row scanState, StructType physical, boolean plain) {}

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

  DeltaTable<R> table() {
    return table;
  }

  Scan scan(Snapshot snapshot, Optional<Predicate> predicate) {
    ScanBuilder builder = snapshot.getScanBuilder().withReadSchema(table.spec().codec().schema());
    return predicate.map(builder::withFilter).orElse(builder).build();
  }

  Plan plan(Scan scan) {
    Row scanState = scan.getScanState(table.engine());
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(scanState);
    return new Plan(scanState, physical, physical.equals(table.spec().codec().schema()));
  }

  /** The data files of a version. */
  List<DataFile> files(Snapshot snapshot, Optional<Predicate> predicate) throws IOException {
    Scan scan = scan(snapshot, predicate);
    Plan plan = plan(scan);
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
    RowCodec<R> codec = table.spec().codec();
    if (file.plain()) {
      read(status, codec, Optional.empty(), consumer);
    } else {
      transform(status, file.plan, file.scanFile, consumer);
    }
  }

  /**
   * Rows of one file.
   *
   * @param codec of the table's columns or of some of them
   * @param filter leaves out what it can without reading it; other rows may still come
   */
  void read(
      TableFile file,
      Plan plan,
      RowCodec<R> codec,
      Optional<FilterPredicate> filter,
      Consumer<R> consumer)
      throws IOException {
    if (file.scanFile().isPresent()) {
      transform(file.status(), plan, file.scanFile().get(), consumer);
    } else {
      read(file.status(), codec, filter, consumer);
    }
  }

  private void read(
      FileStatus status, RowCodec<R> codec, Optional<FilterPredicate> filter, Consumer<R> consumer)
      throws IOException {
    table
        .engine()
        .dataFiles()
        .read(
            status,
            codec.schema(),
            filter,
            batch -> decode(codec, batch, Optional.empty(), consumer));
  }

  private void transform(FileStatus status, Plan plan, Row scanFile, Consumer<R> consumer)
      throws IOException {
    try (CloseableIterator<ColumnarBatch> raw =
            table
                .engine()
                .getParquetHandler()
                .readParquetFiles(
                    singletonCloseableIterator(status), plan.physical(), Optional.empty())
                .map(result -> result.getData());
        CloseableIterator<FilteredColumnarBatch> logical =
            Scan.transformPhysicalData(table.engine(), plan.scanState(), scanFile, raw)) {
      while (logical.hasNext()) {
        FilteredColumnarBatch batch = logical.next();
        decode(table.spec().codec(), batch.getData(), batch.getSelectionVector(), consumer);
      }
    }
  }

  private void decode(
      RowCodec<R> codec,
      ColumnarBatch data,
      Optional<ColumnVector> selection,
      Consumer<R> consumer) {
    for (int row = 0; row < data.getSize(); row++) {
      if (selection.isEmpty()
          || !selection.get().isNullAt(row) && selection.get().getBoolean(row)) {
        if (codec.wants(data, row)) {
          consumer.accept(codec.decode(data, row));
        }
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
