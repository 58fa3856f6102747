package io.runlake.store.delta;

import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.utils.FileStatus;
import io.runlake.store.Checkup;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The data files of a table: those that a version names, and those that none does. */
final class DataFileCheck {
  /** As VACUUM: a younger file may belong to a commit that is under way. */
  private static final Duration ORPHAN = Duration.ofDays(7);

  private final DeltaTable<?> table;
  private final Checkup checkup;
  private final FileSystemClient files;
  private final String name;

  DataFileCheck(DeltaTable<?> table, Checkup checkup) {
    this.table = table;
    this.checkup = checkup;
    this.files = table.engine().getFileSystemClient();
    this.name = table.spec().name();
  }

  /**
   * Looks for the files of a version.
   *
   * @return the paths of those that are there with their size
   */
  Set<String> run(List<LiveFile> live) throws IOException {
    Map<String, Map<String, FileStatus>> folders = new TreeMap<>();
    list(table.path(), folders);
    Set<String> whole = new HashSet<>();
    Set<String> named = new HashSet<>();
    for (LiveFile file : live) {
      String path = file.path();
      named.add(files.resolvePath(path));
      int slash = path.lastIndexOf('/');
      FileStatus found =
          folders
              .getOrDefault(files.resolvePath(path.substring(0, slash)), Map.of())
              .get(path.substring(slash + 1));
      if (found == null) {
        missing(file);
      } else if (found.getSize() != file.status().getSize()) {
        size(file, found);
      } else {
        whole.add(path);
      }
    }
    orphans(folders, named);
    return whole;
  }

  /** The files of a table's folder and of its partitions' folders, by folder and name. */
  private void list(String folder, Map<String, Map<String, FileStatus>> folders)
      throws IOException {
    Map<String, FileStatus> here = new TreeMap<>();
    folders.put(files.resolvePath(folder), here);
    for (FileStatus entry : LogFolder.list(files, folder)) {
      String entryName = LogFolder.name(entry);
      if (LocalFiles.isTemporary(entryName)) {
        LogCheck.temporary(checkup, name, entry);
      } else if (entryName.matches("(level|month)=.*")) {
        list(folder + "/" + entryName, folders);
      } else {
        here.put(entryName, entry);
      }
    }
  }

  private void missing(LiveFile file) {
    checkup.violation(
        "files.present",
        name,
        file.path(),
        "A data file is missing; its rows ("
            + (file.rows().isPresent() ? file.rows().getAsLong() : "an unknown number")
            + ") cannot be read, nor anything that needs them.",
        "Restore the file from a backup or another copy of the store.");
  }

  private void size(LiveFile file, FileStatus found) {
    checkup.violation(
        "files.present",
        name,
        file.path(),
        "A data file has "
            + found.getSize()
            + " bytes, and had "
            + file.status().getSize()
            + " when it was written.",
        "Restore the file from a backup or another copy of the store.");
  }

  private void orphans(Map<String, Map<String, FileStatus>> folders, Set<String> named)
      throws IOException {
    long before = checkup.now().minus(ORPHAN).toEpochMilli();
    long bytes = 0;
    TreeSet<String> found = new TreeSet<>();
    for (Map<String, FileStatus> folder : folders.values()) {
      for (FileStatus file : folder.values()) {
        if (file.getPath().endsWith(".parquet")
            && file.getModificationTime() < before
            && !named.contains(files.resolvePath(file.getPath()))) {
          found.add(file.getPath());
          bytes += file.getSize();
        }
      }
    }
    Optional<String> first = found.stream().findFirst();
    if (first.isPresent()) {
      checkup.info(
          "files.orphans",
          name,
          first.get(),
          found.size()
              + " data files ("
              + bytes
              + " bytes) are in no version and older than "
              + ORPHAN.toDays()
              + " days; this is the first.",
          "VACUUM the table, 7 days or more: no reader of the newest version needs them.");
    }
  }
}
