package io.runlake.maintenance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes durable what Spark wrote to a local disk, which it does not sync. A commit that removes
 * synced files in favour of files that a power cut can still take would lose what was acknowledged.
 */
final class LocalDisk {
  private LocalDisk() {}

  /** The local path of a Hadoop path; empty if it is on another file system. */
  static Optional<Path> path(String hadoopPath) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(hadoopPath);
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals("file")
        ? Optional.of(Path.of(path.toUri().getPath()))
        : Optional.empty();
  }

  /**
   * Syncs the files below a folder that are not older than an instant, and the folders.
   *
   * @param since milliseconds since the epoch, by the clock of the disk
   */
  static void sync(Path folder, long since) {
    try (Stream<Path> below = Files.walk(folder)) {
      List<Path> entries = below.filter(path -> !path.toString().contains("_delta_log")).toList();
      for (Path entry : entries) {
        boolean old = Files.getLastModifiedTime(entry).toMillis() < since;
        if (!old && (Files.isRegularFile(entry) || Files.isDirectory(entry))) {
          force(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot sync " + folder + " to disk.", e);
    }
  }

  private static void force(Path entry) throws IOException {
    try (FileChannel channel = FileChannel.open(entry, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
