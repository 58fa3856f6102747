package io.runlake.store.delta;

import io.delta.kernel.CommitActions;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.internal.DeltaLogActionUtils;
import io.delta.kernel.internal.DeltaLogActionUtils.DeltaAction;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.RemoveFile;
import io.delta.kernel.internal.data.StructRow;
import io.delta.kernel.internal.util.FileNames;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.runlake.store.StateRow;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of a table of states, followed from version to version: of a later one only the entries
 * since then and the data files that they add are read. Confined to one thread at a time.
 *
 * @param <R> the row
 */
final class StateFiles<R extends StateRow> {
  private final DeltaTable<R> table;
  private final TableReader<R> reader;

  /** Rows by the name of their file, which is never used twice; shared, as files never change. */
  private final Map<String, List<R>> cache;

  private Map<String, List<R>> live = new HashMap<>();
  private long version = -1;
  private String tableId = "";
  private List<R> rows = List.of();

  StateFiles(DeltaTable<R> table, Map<String, List<R>> cache) {
    this.table = table;
    this.reader = new TableReader<>(table);
    this.cache = cache;
  }

  /** All rows of a version, by revision. */
  List<R> at(SnapshotImpl snapshot) throws IOException {
    boolean same = tableId.equals(snapshot.getMetadata().getId());
    if (same && version == snapshot.getVersion()) {
      return rows;
    }
    if (!same || !followed(snapshot)) {
      live = read(snapshot);
    }
    tableId = snapshot.getMetadata().getId();
    version = snapshot.getVersion();
    cache.keySet().retainAll(live.keySet());
    List<R> all = new ArrayList<>();
    live.values().forEach(all::addAll);
    all.sort(Comparator.comparingLong(StateRow::revision));
    rows = List.copyOf(all);
    return rows;
  }

  private Map<String, List<R>> read(SnapshotImpl snapshot) throws IOException {
    Map<String, List<R>> found = new HashMap<>();
    for (TableReader.DataFile file : reader.files(snapshot, Optional.empty())) {
      String name = name(file.path());
      List<R> known = cache.get(name);
      if (known == null) {
        List<R> fresh = new ArrayList<>();
        reader.read(file, fresh::add);
        known = List.copyOf(fresh);
        cache.put(name, known);
      }
      found.put(name, known);
    }
    return found;
  }

  /** Goes on from the known version; false if the entries in between are not there or not plain. */
  private boolean followed(SnapshotImpl snapshot) throws IOException {
    List<FileStatus> entries =
        snapshot.getLogSegment().getDeltas().stream()
            .filter(entry -> FileNames.deltaVersion(entry.getPath()) > version)
            .toList();
    if (version < 0 || version + entries.size() != snapshot.getVersion()) {
      return false;
    }
    Map<String, List<R>> next = new HashMap<>(live);
    try (CloseableIterator<CommitActions> commits =
        DeltaLogActionUtils.getActionsFromCommitFilesWithProtocolValidation(
            table.engine(),
            table.path(),
            entries,
            Set.of(DeltaAction.ADD, DeltaAction.REMOVE, DeltaAction.METADATA))) {
      while (commits.hasNext()) {
        if (!apply(commits.next(), next)) {
          return false;
        }
      }
    }
    live = next;
    return true;
  }

  private boolean apply(CommitActions commit, Map<String, List<R>> next) throws IOException {
    try (CloseableIterator<ColumnarBatch> batches = commit.getActions()) {
      while (batches.hasNext()) {
        ColumnarBatch batch = batches.next();
        ColumnVector adds = column(batch, DeltaAction.ADD);
        ColumnVector removes = column(batch, DeltaAction.REMOVE);
        ColumnVector metadata = column(batch, DeltaAction.METADATA);
        for (int row = 0; row < batch.getSize(); row++) {
          if (!metadata.isNullAt(row) || !adds.isNullAt(row) && !added(adds, row, next)) {
            return false;
          }
          if (!removes.isNullAt(row)) {
            RemoveFile removed = new RemoveFile(StructRow.fromStructVector(removes, row));
            next.remove(name(removed.getPath()));
          }
        }
      }
    }
    return true;
  }

  private boolean added(ColumnVector adds, int row, Map<String, List<R>> next) throws IOException {
    AddFile file = new AddFile(StructRow.fromStructVector(adds, row));
    if (file.getDeletionVector().isPresent()) {
      return false;
    }
    String name = name(file.getPath());
    List<R> known = cache.get(name);
    if (known == null) {
      List<R> fresh = new ArrayList<>();
      table
          .engine()
          .dataFiles()
          .read(
              FileStatus.of(location(file.getPath()), file.getSize(), file.getModificationTime()),
              table.spec().codec().schema(),
              batch -> {
                for (int i = 0; i < batch.getSize(); i++) {
                  fresh.add(table.spec().codec().decode(batch, i));
                }
              });
      known = List.copyOf(fresh);
      cache.put(name, known);
    }
    next.put(name, known);
    return true;
  }

  private static ColumnVector column(ColumnarBatch batch, DeltaAction action) {
    return batch.getColumnVector(batch.getSchema().indexOf(action.colName));
  }

  /** Paths in the log are percent-encoded, and relative to the table unless they have a scheme. */
  private String location(String path) {
    URI uri = URI.create(path);
    return uri.isAbsolute()
        ? uri.getScheme() + ":" + uri.getPath()
        : table.path() + "/" + uri.getPath();
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
