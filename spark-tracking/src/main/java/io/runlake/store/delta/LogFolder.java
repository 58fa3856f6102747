package io.runlake.store.delta;

import io.delta.kernel.engine.FileReadRequest;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.internal.util.FileNames;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What lies in the log of a table, by what it is.
 *
 * @param entries the commits by version
 * @param checkpoints by version; a checkpoint may have several files
 * @param checksums by version
 * @param lastCheckpoint the hint to the newest checkpoint
 * @param temporary files that were never given their name
 */
record LogFolder(
    SortedMap<Long, FileStatus> entries,
    SortedMap<Long, List<FileStatus>> checkpoints,
    SortedMap<Long, FileStatus> checksums,
    Optional<FileStatus> lastCheckpoint,
    List<FileStatus> temporary) {

  /** Sorts before every name that a file of ours can have. */
  private static final String FIRST = "!";

  static LogFolder of(DeltaTable<?> table) throws IOException {
    SortedMap<Long, FileStatus> entries = new TreeMap<>();
    SortedMap<Long, List<FileStatus>> checkpoints = new TreeMap<>();
    SortedMap<Long, FileStatus> checksums = new TreeMap<>();
    Optional<FileStatus> hint = Optional.empty();
    List<FileStatus> temporary = new ArrayList<>();
    for (FileStatus file : list(table.engine().getFileSystemClient(), log(table))) {
      String name = name(file);
      if (LocalFiles.isTemporary(name)) {
        temporary.add(file);
      } else if (name.equals("_last_checkpoint")) {
        hint = Optional.of(file);
      } else if (FileNames.isPublishedDeltaFile(file.getPath())) {
        entries.put(FileNames.deltaVersion(file.getPath()), file);
      } else if (FileNames.isCheckpointFile(file.getPath())) {
        checkpoints
            .computeIfAbsent(
                FileNames.checkpointVersion(file.getPath()), version -> new ArrayList<>())
            .add(file);
      } else if (FileNames.isChecksumFile(file.getPath())) {
        checksums.put(FileNames.checksumVersion(file.getPath()), file);
      }
    }
    return new LogFolder(entries, checkpoints, checksums, hint, temporary);
  }

  static String log(DeltaTable<?> table) {
    return table.path() + "/_delta_log";
  }

  /** What lies directly in a folder, folders too; nothing if it is not there. */
  static List<FileStatus> list(FileSystemClient files, String folder) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    try (CloseableIterator<FileStatus> entries = files.listFrom(folder + "/" + FIRST)) {
      entries.forEachRemaining(found::add);
    } catch (FileNotFoundException none) {
      return List.of();
    }
    return found;
  }

  static String name(FileStatus file) {
    String path = file.getPath();
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  static byte[] read(FileSystemClient files, FileStatus file) throws IOException {
    FileReadRequest whole =
        new FileReadRequest() {
          @Override
          public String getPath() {
            return file.getPath();
          }

          @Override
          public int getStartOffset() {
            return 0;
          }

          @Override
          public int getReadLength() {
            return Math.toIntExact(file.getSize());
          }
        };
    try (var contents = files.readFiles(Utils.singletonCloseableIterator(whole))) {
      return contents.next().readAllBytes();
    }
  }
}
