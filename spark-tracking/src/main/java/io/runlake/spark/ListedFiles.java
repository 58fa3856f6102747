package io.runlake.spark;

import io.runlake.inputs.InputProfile;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.InMemoryFileIndex;

/**
 * How many files, how many bytes and how new, from the listing that Spark made when the frame was
 * made. Nothing is listed here: where Spark lists later, nothing is known.
 */
final class ListedFiles {
  private static final int MOST = 1_000_000;

  private static final class Sum {
    private long files;
    private long bytes;
    private long newest;

    private void add(FileStatus file) {
      files++;
      bytes += file.getLen();
      newest = Math.max(newest, file.getModificationTime());
    }
  }

  private final Map<Path, Sum> byRoot = new HashMap<>();
  private final boolean known;

  private ListedFiles(boolean known) {
    this.known = known;
  }

  static ListedFiles of(FileIndex index, List<Path> roots) {
    List<Object> files = listing(index);
    ListedFiles listed = new ListedFiles(!files.isEmpty() && files.size() < MOST);
    if (listed.known) {
      roots.forEach(root -> listed.byRoot.put(root, new Sum()));
      for (Object file : files) {
        listed.add((FileStatus) file);
      }
    }
    return listed;
  }

  private static List<Object> listing(FileIndex index) {
    if (!index.getClass().equals(InMemoryFileIndex.class)) {
      return List.of();
    }
    return DeltaSource.read(index, "allFiles")
        .map(all -> ScalaInterop.list(all, MOST))
        .orElse(List.of());
  }

  private void add(FileStatus file) {
    for (Path path = file.getPath(); path != null; path = path.getParent()) {
      Sum sum = byRoot.get(path);
      if (sum != null) {
        sum.add(file);
        return;
      }
    }
  }

  /** What a root holds, as the content of a profile. */
  InputProfile profile(Path root) {
    Sum sum = byRoot.get(root);
    if (!known || sum == null || sum.files == 0) {
      return InputProfile.UNKNOWN;
    }
    return InputProfile.UNKNOWN.withContent(
        Optional.of(Instant.ofEpochMilli(sum.newest)),
        Optional.empty(),
        OptionalLong.of(sum.files),
        OptionalLong.of(sum.bytes));
  }
}
