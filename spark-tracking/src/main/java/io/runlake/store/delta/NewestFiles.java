package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
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

  private final DeltaTable<?> table;
  private final VersionFiles files;
  private final LogEntries entries;
  private final Clock wallClock;
  private Optional<Kept> kept = Optional.empty();

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
    this.table = reader.table();
    this.files = new VersionFiles(reader);
    this.entries = LogEntries.of(table);
    this.wallClock = wallClock;
  }

  /** The newest version; empty if there is no table. */
  synchronized Optional<Version> newest() throws IOException {
    Instant now = wallClock.instant();
    if (kept.isPresent()) {
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

  private Optional<Version> load(Instant now) throws IOException {
    Optional<Snapshot> loaded = table.load(new SettlingCommitter());
    if (loaded.isEmpty()) {
      return Optional.empty();
    }
    SnapshotImpl snapshot = (SnapshotImpl) loaded.get();
    Version version = files.of(snapshot);
    Duration longest = LogEntries.trusted(snapshot);
    kept = entries.find(version.number()).map(entry -> new Kept(version, entry, now, longest));
    return Optional.of(version);
  }

  /** The version that is known with what was committed since; empty if that cannot be told. */
  private Optional<Kept> advanced(Kept known, Instant now) throws IOException {
    if (!entries.stands(known.entry())) {
      return Optional.empty();
    }
    Optional<List<FileStatus>> newer = entries.after(known.version().number(), MOST_ENTRIES);
    // After the looks: the process may have slept between two of them.
    if (newer.isEmpty() || !young(known)) {
      return Optional.empty();
    }
    List<FileStatus> since = newer.get();
    FileStatus last = since.isEmpty() ? known.entry() : since.get(since.size() - 1);
    return files
        .after(known.version(), since)
        .map(version -> new Kept(version, last, now, known.longest()));
  }

  /**
   * Log clean-up removes entries only when they are old, so a young version misses none. The same
   * bound as the writers keep to.
   */
  private boolean young(Kept known) {
    Duration age = Duration.between(known.since(), wallClock.instant());
    return !age.isNegative() && age.compareTo(known.longest()) < 0;
  }
}
