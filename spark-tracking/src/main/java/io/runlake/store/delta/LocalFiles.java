package io.runlake.store.delta;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the store needs of a local disk: writes that are whole, durable and, where asked, happen
 * only if nothing of that name is there.
 *
 * <p>Hadoop's local file system is not used: its rename overwrites, it does not sync, and it forks
 * or pays for checksum files. Plain streams are used where channels would be broken by an interrupt
 * of the caller's thread.
 */
final class LocalFiles {
  static final String SCHEME = "file:";

  /** How the names of files end that are not whole yet. */
  static final String TEMPORARY = ".tmp";

  /** What Linux answers to a hard link on FAT, exFAT and some network disks. */
  private static final Set<String> NO_LINKS =
      Set.of("Operation not permitted", "Operation not supported", "Function not implemented");

  private LocalFiles() {}

  /** Whether a Hadoop path is on the local disk; one without a scheme is. */
  static boolean isLocal(String hadoopPath) {
    return hadoopPath.startsWith(SCHEME) || !hadoopPath.matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
  }

  /** A local Hadoop path ({@code file:/a b}, {@code file:///a b}, {@code /a b}, {@code a b}). */
  static Path path(String hadoopPath) {
    String rest =
        hadoopPath.startsWith(SCHEME) ? hadoopPath.substring(SCHEME.length()) : hadoopPath;
    if (rest.startsWith("//")) {
      rest = "/" + rest.replaceFirst("^/+", "");
    }
    return Path.of(rest).toAbsolutePath().normalize();
  }

  /** The Hadoop path of a local path: not percent-encoded, as Hadoop's {@code Path} prints it. */
  static String hadoopPath(Path path) {
    return SCHEME + path;
  }

  /**
   * Writes a file unless one is there. Durable on return. Of any number of callers in any number of
   * processes one succeeds: a hard link either comes into being or fails.
   *
   * @throws FileAlreadyExistsException if a file of that name is there
   */
  static void create(Path target, byte[] content) throws IOException {
    Path temporary = temporary(target);
    try {
      writeAndSync(temporary, content);
      link(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
    syncFolder(target.getParent());
  }

  /** Writes a file, replacing one that is there. Durable on return. */
  static void replace(Path target, byte[] content) throws IOException {
    Path temporary = temporary(target);
    try {
      writeAndSync(temporary, content);
      moveOver(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Puts a finished temporary file in the place of a file. Durable on return. */
  static void moveOver(Path temporary, Path target) throws IOException {
    deleteChecksum(target);
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    syncFolder(target.getParent());
  }

  /** Gives a finished temporary file its name, unless that name is taken. */
  static void link(Path temporary, Path target) throws IOException {
    deleteChecksumOfAbsent(target);
    try {
      Files.createLink(target, temporary);
    } catch (UnsupportedOperationException e) {
      throw withoutLinks(target, e);
    } catch (FileSystemException e) {
      throw e.getReason() != null && NO_LINKS.contains(e.getReason()) ? withoutLinks(target, e) : e;
    }
  }

  private static IOException withoutLinks(Path target, Exception cause) {
    return new UnsafeSetUpException(
        "The file system of "
            + target
            + " has no hard links, by which one of several writers gets a name and the others are"
            + " refused. Use a root on a file system that has them, such as ext4, xfs, apfs or NFS,"
            + " or on hdfs:, s3a: or abfss:.",
        cause);
  }

  /** A name beside the target that no reader of tables looks at. */
  static Path temporary(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + TEMPORARY);
  }

  /** Whether a file's name is one of {@link #temporary}. */
  static boolean isTemporary(String name) {
    return name.startsWith(".") && name.endsWith(TEMPORARY);
  }

  private static void writeAndSync(Path file, byte[] content) throws IOException {
    try (FileOutputStream out = new FileOutputStream(file.toFile())) {
      out.write(content);
      out.getFD().sync();
    }
  }

  /** Makes a folder and the ones above it, each durable. */
  static void createFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      createFolders(parent);
    }
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      return;
    }
    if (parent != null) {
      syncFolder(parent);
    }
  }

  /** Makes the entries of a folder durable. */
  static void syncFolder(Path folder) throws IOException {
    // A folder opens as a channel only, and a channel refuses an interrupted thread.
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Removes what Hadoop's local file system may have left beside a file that it wrote: with the old
   * checksum it would refuse the new content.
   */
  static void deleteChecksum(Path target) throws IOException {
    Files.deleteIfExists(target.resolveSibling("." + target.getFileName() + ".crc"));
  }

  private static void deleteChecksumOfAbsent(Path target) throws IOException {
    if (!Files.exists(target)) {
      deleteChecksum(target);
    }
  }

  /** The nearest of a path and the folders above it that is a file, if there is one. */
  static Optional<Path> fileInTheWay(Path path) {
    for (Path at = path; at != null; at = at.getParent()) {
      if (Files.isRegularFile(at)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  /** The content of a file, or nothing if there is none. */
  static Optional<byte[]> read(Path file) throws IOException {
    try {
      return Optional.of(readAll(file));
    } catch (FileNotFoundException e) {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      return Optional.of(readAll(file));
    }
  }

  private static byte[] readAll(Path file) throws IOException {
    try (FileInputStream in = open(file, FileInputStream::new)) {
      return in.readAllBytes();
    }
  }

  /** A way to open a file that is there. */
  @FunctionalInterface
  interface Opener<T> {
    T open(File file) throws IOException;
  }

  /**
   * Opens a file.
   *
   * @throws FileNotFoundException if there is none; Java also throws that, and this does not, for
   *     one that cannot be opened, say because the process has too many files open
   */
  static <T> T open(Path file, Opener<T> opener) throws IOException {
    try {
      return opener.open(file.toFile());
    } catch (FileNotFoundException e) {
      if (!Files.isRegularFile(file)) {
        throw e;
      }
    }
    // It came into being in between, or it cannot be opened.
    try {
      return opener.open(file.toFile());
    } catch (FileNotFoundException e) {
      throw Files.isRegularFile(file)
          ? new FileSystemException(file.toString(), null, e.getMessage())
          : e;
    }
  }
}
