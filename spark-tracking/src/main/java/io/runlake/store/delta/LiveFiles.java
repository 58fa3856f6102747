package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.ScanImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** The data files of a version of a table, with what the log says of each. */
final class LiveFiles {
  private LiveFiles() {}

  static List<LiveFile> of(Snapshot snapshot, StoreEngine engine) throws IOException {
    ScanImpl scan = (ScanImpl) snapshot.getScanBuilder().build();
    List<LiveFile> found = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> batches = scan.getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> rows = batches.next().getRows()) {
          rows.forEachRemaining(row -> found.add(file(row)));
        }
      }
    }
    return found;
  }

  private static LiveFile file(Row row) {
    OptionalLong rows =
        new AddFile(row.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL))
            .getNumRecords()
            .map(OptionalLong::of)
            .orElseGet(OptionalLong::empty);
    return new LiveFile(
        InternalScanFileUtils.getAddFileStatus(row),
        InternalScanFileUtils.getPartitionValues(row),
        rows);
  }

  /** By month, the oldest first; all of them under empty text where the table has no months. */
  static SortedMap<String, List<LiveFile>> byMonth(List<LiveFile> files) {
    SortedMap<String, List<LiveFile>> byMonth = new TreeMap<>();
    files.forEach(
        file -> byMonth.computeIfAbsent(file.month(), month -> new ArrayList<>()).add(file));
    return byMonth;
  }
}
