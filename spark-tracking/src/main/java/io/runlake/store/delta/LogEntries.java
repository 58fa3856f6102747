package io.runlake.store.delta;

import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.fs.Path;
import io.delta.kernel.internal.util.FileNames;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The entries of a table's log, looked for by their names one after the other. A log is not listed
 * for it, which takes the longer the more commits it holds. Thread-safe.
 */
final class LogEntries {
  /** The most that {@link #trusted} answers. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private final FileSystemClient files;
  private final String log;

  /**
   * @param log the folder {@code _delta_log}
   */
  LogEntries(FileSystemClient files, String log) {
    this.files = files;
    this.log = log;
  }

  static LogEntries of(DeltaTable<?> table) {
    return new LogEntries(table.engine().getFileSystemClient(), LogFolder.log(table));
  }

  /**
   * For how long after an entry was the newest the entries that follow it are certainly all in the
   * log: log clean-up removes what is older than the log's retention, and clocks differ.
   */
  static Duration trusted(SnapshotImpl snapshot) {
    Duration tenth =
        Duration.ofMillis(TableConfig.LOG_RETENTION.fromMetadata(snapshot.getMetadata()))
            .dividedBy(10);
    return tenth.compareTo(LONGEST) < 0 ? tenth : LONGEST;
  }

  /** The entry of a version; empty if there is none. */
  Optional<FileStatus> find(long version) throws IOException {
    return status(FileNames.deltaFile(log, version));
  }

  /**
   * All entries after a version, in sequence. The caller knows that the version is young enough.
   *
   * @return empty if there are more than so many, or one that has no content: who reads the log
   *     whole refuses the table then
   */
  Optional<List<FileStatus>> after(long version, int most) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    Optional<FileStatus> next = find(version + 1);
    while (next.isPresent()) {
      if (found.size() == most || next.get().getSize() == 0) {
        return Optional.empty();
      }
      found.add(next.get());
      next = find(version + 1 + found.size());
    }
    return Optional.of(found);
  }

  /** Whether an entry is still the file that it was: a table may be deleted and made anew. */
  boolean stands(FileStatus known) throws IOException {
    return status(known.getPath())
        .filter(now -> now.getSize() == known.getSize())
        .filter(now -> now.getModificationTime() == known.getModificationTime())
        .isPresent();
  }

  /** The checkpoint of a version, if it is one file of the usual name. */
  Optional<FileStatus> checkpoint(long version) throws IOException {
    return status(FileNames.checkpointFileSingular(new Path(log), version).toString());
  }

  /** The newest checksum of the versions from one to another. */
  Optional<FileStatus> checksum(long from, long to) throws IOException {
    for (long version = to; version >= from; version--) {
      Optional<FileStatus> found =
          status(FileNames.checksumFile(new Path(log), version).toString());
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<FileStatus> status(String path) throws IOException {
    try {
      return Optional.of(files.getFileStatus(path));
    } catch (FileNotFoundException none) {
      return Optional.empty();
    }
  }
}
