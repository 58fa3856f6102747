package io.runlake.store.delta;

import static io.delta.kernel.internal.util.Utils.singletonCloseableIterator;

import io.delta.kernel.Snapshot;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The data files of the newest version of a table. The log is read whole once; afterwards a look
 * for the next entry tells whether the version that is known is still the newest, and what came
 * since is applied to it. Thread-safe.
 */
final class NewestFiles {
  /** Beyond so many entries a checkpoint is the quicker way. */
  private static final int MOST_ENTRIES = 50;

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
  private final LogEntries entries;
  private final Clock wallClock;
  private Optional<Kept> kept = Optional.empty();
  private long generation;

  /**
   * The files of a version.
   *
   * @param root the table's folder as Kernel writes it
   * @param plan how they are read
   * @param files by their names in the log
   * @param generation as long as it stays the same, rows that an earlier version had are in this
   *     one too, be it in other files
   */
  record Version(
      long number,
      String root,
      TableReader.Plan plan,
      Map<String, TableFile> files,
      long generation) {
    Collection<TableFile> all() {
      return files.values();
    }
  }

  /**
   * A version and when it was known to be the newest.
   *
   * @param entry its log entry, by which a table that was made anew is told from it
   */
  private record Kept(Version version, FileStatus entry, Instant since, Duration longest) {}

  NewestFiles(TableReader<?> reader, Clock wallClock) {
    this.reader = reader;
    this.entries = LogEntries.of(reader.table());
    this.wallClock = wallClock;
  }

  /** The newest version; empty if there is no table. */
  synchronized Optional<Version> newest() throws IOException {
    Instant now = wallClock.instant();
    if (kept.isPresent() && young(kept.get(), now)) {
      kept = advanced(kept.get(), now);
      if (kept.isPresent()) {
        return kept.map(Kept::version);
      }
    }
    kept = Optional.empty();
    return load(now);
  }

  /** Forgets what is known, so that the next look reads the log whole. */
  synchronized void forget() {
    kept = Optional.empty();
  }

  /**
   * Log clean-up removes entries only when they are old, so a young version misses none. The same
   * bound as the writers keep to.
   */
  private static boolean young(Kept known, Instant now) {
    Duration age = Duration.between(known.since(), now);
    return !age.isNegative() && age.compareTo(known.longest()) < 0;
  }

  private Optional<Version> load(Instant now) throws IOException {
    Optional<Snapshot> loaded = reader.table().load(new SettlingCommitter());
    if (loaded.isEmpty()) {
      return Optional.empty();
    }
    SnapshotImpl snapshot = (SnapshotImpl) loaded.get();
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
    Version version =
        new Version(
            snapshot.getVersion(),
            snapshot.getDataPath().toUri().toString(),
            plan,
            files,
            ++generation);
    Duration longest = LogEntries.trusted(snapshot);
    kept = entries.find(version.number()).map(entry -> new Kept(version, entry, now, longest));
    return Optional.of(version);
  }

  /** The version that is known with what was committed since; empty if that cannot be told. */
  private Optional<Kept> advanced(Kept known, Instant now) throws IOException {
    if (!entries.stands(known.entry())) {
      return Optional.empty();
    }
    Version from = known.version();
    Optional<List<FileStatus>> newer = entries.after(from.number(), MOST_ENTRIES);
    if (newer.isEmpty()) {
      return Optional.empty();
    }
    if (newer.get().isEmpty()) {
      return Optional.of(new Kept(from, known.entry(), now, known.longest()));
    }
    Map<String, TableFile> files = new LinkedHashMap<>(from.files());
    FileStatus last = known.entry();
    for (FileStatus entry : newer.get()) {
      if (!apply(entry, from, files)) {
        return Optional.empty();
      }
      last = entry;
    }
    long number = from.number() + newer.get().size();
    Version version = new Version(number, from.root(), from.plan(), files, generation);
    return Optional.of(new Kept(version, last, now, known.longest()));
  }

  /**
   * Applies a log entry.
   *
   * @return false if it changes more than the files
   */
  private boolean apply(FileStatus entry, Version known, Map<String, TableFile> files)
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

  private static Row scanFile(Row add, Version known) {
    return new GenericRow(
        InternalScanFileUtils.SCAN_FILE_SCHEMA_WITH_STATS,
        Map.of(
            InternalScanFileUtils.ADD_FILE_ORDINAL,
            add,
            InternalScanFileUtils.ADD_FILE_ORDINAL + 1,
            known.root()));
  }
}
