package io.runlake.store.delta;

import static io.delta.kernel.internal.util.Utils.singletonCloseableIterator;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells which data files a version of a table has: from the whole log, or from an earlier version
 * and the entries since. Confined to one thread at a time.
 */
final class VersionFiles {
  private static final int ADD = 0;
  private static final int REMOVE = 1;
  private static final int METADATA = 2;
  private static final int PROTOCOL = 3;

  /** What a log entry can say that concerns the data files. */
  private static final StructType ENTRY =
      new StructType()
          .add("add", AddFile.SCHEMA_WITH_STATS, true)
          .add(
              "remove",
              new StructType()
                  .add("path", StringType.STRING, true)
                  .add("dataChange", BooleanType.BOOLEAN, true),
              true)
          .add("metaData", new StructType().add("id", StringType.STRING, true), true)
          .add(
              "protocol",
              new StructType().add("minReaderVersion", IntegerType.INTEGER, true),
              true);

  private final TableReader<?> reader;
  private long generation;

  VersionFiles(TableReader<?> reader) {
    this.reader = reader;
  }

  /** The files of a version, by Kernel. */
  NewestFiles.Version of(SnapshotImpl snapshot) throws IOException {
    ScanImpl scan = (ScanImpl) reader.scan(snapshot, Optional.empty());
    TableReader.Plan plan = reader.plan(scan);
    Map<String, TableFile> files = new LinkedHashMap<>();
    try (CloseableIterator<FilteredColumnarBatch> batches =
        scan.getScanFiles(reader.table().engine(), true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          rows.forEachRemaining(
              row -> {
                TableFile file = TableFile.of(row, plan.plain());
                files.put(file.name(), file);
              });
        }
      }
    }
    return new NewestFiles.Version(
        snapshot.getVersion(),
        snapshot.getDataPath().toUri().toString(),
        plan,
        files,
        ++generation);
  }

  /**
   * The files after some entries.
   *
   * @param known the version before the first of them
   * @return empty if one of them changes more than the files
   */
  Optional<NewestFiles.Version> after(NewestFiles.Version known, List<FileStatus> entries)
      throws IOException {
    if (entries.isEmpty()) {
      return Optional.of(known);
    }
    Map<String, TableFile> files = new LinkedHashMap<>(known.files());
    for (FileStatus entry : entries) {
      if (!apply(entry, known, files)) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new NewestFiles.Version(
            known.number() + entries.size(), known.root(), known.plan(), files, generation));
  }

  /**
   * Applies a log entry.
   *
   * @return false if it changes more than the files
   */
  private boolean apply(FileStatus entry, NewestFiles.Version known, Map<String, TableFile> files)
      throws IOException {
    Map<String, TableFile> added = new LinkedHashMap<>();
    try (CloseableIterator<ColumnarBatch> batches =
        reader
            .table()
            .engine()
            .getJsonHandler()
            .readJsonFiles(singletonCloseableIterator(entry), ENTRY, Optional.empty())) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> actions = batches.next().getRows()) {
          while (actions.hasNext()) {
            Row action = actions.next();
            if (!action.isNullAt(METADATA) || !action.isNullAt(PROTOCOL)) {
              return false;
            }
            if (!action.isNullAt(REMOVE)) {
              remove(action.getStruct(REMOVE), files);
            } else if (!action.isNullAt(ADD)) {
              TableFile file =
                  TableFile.of(scanFile(action.getStruct(ADD), known), known.plan().plain());
              added.put(file.name(), file);
            }
          }
        }
      }
    }
    // A file that an entry both removes and adds, with a deletion vector, is there.
    files.putAll(added);
    return true;
  }

  private void remove(Row remove, Map<String, TableFile> files) {
    if (remove.isNullAt(1) || remove.getBoolean(1)) {
      generation++;
    }
    files.remove(remove.getString(0));
  }

  private static Row scanFile(Row add, NewestFiles.Version known) {
    return new GenericRow(
        InternalScanFileUtils.SCAN_FILE_SCHEMA_WITH_STATS,
        Map.of(
            InternalScanFileUtils.ADD_FILE_ORDINAL,
            add,
            InternalScanFileUtils.ADD_FILE_ORDINAL + 1,
            known.root()));
  }
}
