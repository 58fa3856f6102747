package io.runlake.maintenance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

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
   * Syncs the files below a folder that are not older than an instant, and the folders. What others
   * write and delete meanwhile is theirs: logs are passed over, and what vanishes is no error.
   *
   * @param since milliseconds since the epoch, by the clock of the disk
   */
  static void sync(Path folder, long since) {
    try {
      Files.walkFileTree(folder, new Syncing(since));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot sync " + folder + " to disk.", e);
    }
  }

  private static final class Syncing extends SimpleFileVisitor<Path> {
    private final long since;

    Syncing(long since) {
      this.since = since;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return folder.endsWith("_delta_log")
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile()) {
        forceIfNew(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      if (failure != null) {
        throw failure;
      }
      forceIfNew(folder);
      return FileVisitResult.CONTINUE;
    }

    private void forceIfNew(Path entry) throws IOException {
      try {
        if (Files.getLastModifiedTime(entry).toMillis() >= since) {
          force(entry);
        }
      } catch (NoSuchFileException gone) {
        // Nothing is left to be synced.
      }
    }
  }

  private static void force(Path entry) throws IOException {
    try (FileChannel channel = FileChannel.open(entry, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
