package io.runlake.store.delta;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.utils.FileStatus;
import io.runlake.store.Checkup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/** The log of one table: dense, readable, nothing below it that no version holds. */
final class LogCheck {
  private static final String RESTORE =
      "Restore the file from a backup or another copy of the store.";

  /** As many checkpoints are read; older ones are read by nobody. */
  private static final int CHECKPOINTS = 2;

  /** A temporary file younger than this may be one that is being written. */
  private static final Duration IN_USE = Duration.ofHours(1);

  private final DeltaTable<?> table;
  private final Checkup checkup;
  private final FileSystemClient files;
  private final String name;
  private final LogFolder folder;
  private final SortedMap<Long, LogEntry> entries = new TreeMap<>();

  LogCheck(DeltaTable<?> table, Checkup checkup) throws IOException {
    this.table = table;
    this.checkup = checkup;
    this.files = table.engine().getFileSystemClient();
    this.name = table.spec().name();
    this.folder = LogFolder.of(table);
  }

  /** What the files of the log say by themselves. */
  void files() throws IOException {
    for (var entry : folder.entries().entrySet()) {
      LogEntry parsed = LogEntry.parse(LogFolder.read(files, entry.getValue()));
      entries.put(entry.getKey(), parsed);
      parsed
          .damage()
          .ifPresent(
              damage ->
                  checkup.violation(
                      "log.readable",
                      name,
                      entry.getValue().getPath(),
                      "The log entry of version " + entry.getKey() + " is damaged: " + damage + ".",
                      RESTORE));
    }
    gaps();
    checkpoints();
    lastCheckpoint();
    for (FileStatus file : folder.temporary()) {
      temporary(checkup, name, file);
    }
  }

  static void temporary(Checkup checkup, String table, FileStatus file) {
    long age = checkup.now().toEpochMilli() - file.getModificationTime();
    if (age > IN_USE.toMillis()) {
      checkup.info(
          "files.temporary",
          table,
          file.getPath(),
          "A file that was never finished, " + Duration.ofMillis(age).toHours() + " h old.",
          "Delete it; no reader looks at it.");
    }
  }

  /** Missing versions above the oldest checkpoint; what is below is {@link #lost}. */
  private void gaps() {
    long readable = folder.checkpoints().isEmpty() ? -1 : folder.checkpoints().firstKey();
    long expected = readable + 1;
    for (long version : folder.entries().keySet()) {
      if (version > expected) {
        checkup.violation(
            "log.dense",
            name,
            LogFolder.log(table),
            "The log entries of versions "
                + expected
                + " to "
                + (version - 1)
                + " are missing; the next one is "
                + version
                + ".",
            "Restore the missing files from a backup or another copy of the store.");
      }
      expected = Math.max(expected, version + 1);
    }
  }

  private void lastCheckpoint() throws IOException {
    if (folder.lastCheckpoint().isEmpty()) {
      return;
    }
    FileStatus file = folder.lastCheckpoint().get();
    String mend =
        "Delete the file; readers list the log without it, and the next checkpoint writes it.";
    Optional<JsonNode> hint = LogEntry.object(LogFolder.read(files, file));
    JsonNode version = hint.map(read -> read.path("version")).orElse(null);
    if (version == null || !version.canConvertToLong() || !version.isNumber()) {
      checkup.warning(
          "log.last-checkpoint", name, file.getPath(), "It is not JSON with a version.", mend);
    } else if (!folder.checkpoints().containsKey(version.longValue())) {
      checkup.warning(
          "log.last-checkpoint",
          name,
          file.getPath(),
          "It names a checkpoint of version " + version + ", which is not there.",
          mend);
    }
  }

  /** What the files of the log say against the newest version. */
  void against(Snapshot newest, List<LiveFile> live) throws IOException {
    lost(live);
    checksum(newest, live);
  }

  /**
   * A commit on top of a version whose log was cleaned up meanwhile is in no version at all: its
   * entry stands at or below the oldest checkpoint, was written after that one, and names files
   * that the table does not have.
   */
  private void lost(List<LiveFile> live) {
    if (folder.checkpoints().isEmpty()) {
      return;
    }
    Set<String> known = new HashSet<>();
    live.forEach(file -> known.add(lastPart(file.path())));
    entries.values().forEach(entry -> entry.removed().forEach(path -> known.add(lastPart(path))));
    long oldest = folder.checkpoints().firstKey();
    long covered = folder.checkpoints().get(oldest).get(0).getModificationTime();
    Set<Long> joined = joinedTo(oldest);
    for (var entry : entries.headMap(oldest + 1).entrySet()) {
      FileStatus file = folder.entries().get(entry.getKey());
      boolean late = !joined.contains(entry.getKey()) || file.getModificationTime() > covered;
      TreeSet<String> missing = new TreeSet<>();
      entry.getValue().added().stream()
          .filter(path -> !known.contains(lastPart(path)))
          .forEach(missing::add);
      if (late && !missing.isEmpty()) {
        checkup.violation(
            "log.lost-commit",
            name,
            file.getPath(),
            "Version "
                + entry.getKey()
                + " was written below the checkpoint of version "
                + oldest
                + " after the log had been cleaned up; its rows are in no version: "
                + missing
                + ".",
            "Read the rows of these files and log them again; they stay there until the next"
                + " clean-up of files.");
      }
    }
  }

  /** The versions from which the log goes on without a gap up to a checkpoint. */
  private Set<Long> joinedTo(long checkpoint) {
    Set<Long> joined = new HashSet<>();
    for (long version = checkpoint; folder.entries().containsKey(version); version--) {
      joined.add(version);
    }
    if (joined.isEmpty()) {
      for (long version = checkpoint - 1; folder.entries().containsKey(version); version--) {
        joined.add(version);
      }
    }
    return joined;
  }

  private static String lastPart(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Reads the newest checkpoints to their end. */
  private void checkpoints() {
    List<Long> newestFirst = new ArrayList<>(folder.checkpoints().keySet());
    Collections.reverse(newestFirst);
    for (long version : newestFirst.subList(0, Math.min(CHECKPOINTS, newestFirst.size()))) {
      try {
        LiveFiles.of(
            TableManager.loadSnapshot(table.path()).atVersion(version).build(table.engine()),
            table.engine());
      } catch (IOException | RuntimeException e) {
        checkup.violation(
            "log.checkpoint",
            name,
            folder.checkpoints().get(version).get(0).getPath(),
            "The checkpoint of version " + version + " cannot be read: " + Storage.message(e) + ".",
            "If the log entries up to it are all there, delete the file; else restore it from a"
                + " backup.");
      }
    }
  }

  private void checksum(Snapshot newest, List<LiveFile> live) throws IOException {
    for (var checksum : folder.checksums().entrySet()) {
      Optional<JsonNode> read = LogEntry.object(LogFolder.read(files, checksum.getValue()));
      boolean last = checksum.getKey().equals(folder.checksums().lastKey());
      if (read.isEmpty() || !read.get().path("numFiles").isNumber()) {
        wrongChecksum(checksum.getValue(), "it is not a JSON object with numFiles");
      } else if (last && checksum.getKey() <= newest.getVersion()) {
        compare(checksum.getKey(), checksum.getValue(), read.get(), newest, live);
      }
    }
  }

  private void compare(
      long version, FileStatus file, JsonNode told, Snapshot newest, List<LiveFile> live)
      throws IOException {
    List<LiveFile> actual = live;
    if (version != newest.getVersion()) {
      try {
        actual =
            LiveFiles.of(
                TableManager.loadSnapshot(table.path()).atVersion(version).build(table.engine()),
                table.engine());
      } catch (RuntimeException gone) {
        // The log that leads to that version was cleaned up; nothing reads the checksum any more.
        return;
      }
    }
    long bytes = actual.stream().mapToLong(live1 -> live1.status().getSize()).sum();
    JsonNode bySize = told.path("fileSizeHistogram");
    boolean sizesFit =
        bySize.isMissingNode()
            || sum(bySize.path("fileCounts")) == actual.size()
                && sum(bySize.path("totalBytes")) == bytes;
    if (told.path("numFiles").longValue() != actual.size()
        || told.path("tableSizeBytes").longValue() != bytes
        || !sizesFit) {
      wrongChecksum(
          file,
          "it tells of "
              + told.path("numFiles")
              + " files and "
              + told.path("tableSizeBytes")
              + " bytes"
              + (sizesFit ? "" : ", by their sizes of " + sum(bySize.path("fileCounts")) + " files")
              + ", and version "
              + version
              + " has "
              + actual.size()
              + " files and "
              + bytes
              + " bytes");
    }
  }

  private static long sum(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false).mapToLong(JsonNode::longValue).sum();
  }

  private void wrongChecksum(FileStatus file, String what) {
    checkup.violation(
        "log.checksum",
        name,
        file.getPath(),
        "The checksum does not fit: " + what + ".",
        "If the log entries are whole, delete the file: it is only an aid of readers.");
  }
}
