package io.runlake.store.delta;

import io.delta.kernel.exceptions.KernelEngineException;
import io.delta.kernel.exceptions.KernelException;
import io.runlake.store.StoreException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.security.AccessControlException;

/** Turns what Kernel, Hadoop and the disk throw into errors that name path, cause and mend. */
final class Storage {
  /** The verb of {@link #translated} for writing. */
  static final String WRITE = "write to";

  /** How Linux says that a file may not be written; a plain stream has no class for it. */
  private static final List<String> REFUSALS =
      List.of("Read-only file system", "Permission denied");

  private Storage() {}

  /** Something that reads. */
  @FunctionalInterface
  interface Read<T> {
    T run() throws IOException;
  }

  /** Reads from a table or folder, with its errors translated. */
  static <T> T reading(String path, Read<T> read) {
    try {
      return read.run();
    } catch (IOException | RuntimeException e) {
      throw translated(path, "read", e);
    }
  }

  /** Writes to a folder or file, with its errors translated. */
  static <T> T writing(String path, Read<T> write) {
    try {
      return write.run();
    } catch (IOException | RuntimeException e) {
      throw translated(path, WRITE, e);
    }
  }

  /** Something that writes and answers nothing. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  static void writing(String path, Write write) {
    Storage.<Void>writing(
        path,
        (Read<Void>)
            () -> {
              write.run();
              return null;
            });
  }

  /** Translates a failure at a path; a {@link StoreException} stays as it is. */
  static StoreException translated(String path, String verb, Exception e) {
    if (e instanceof StoreException known) {
      return known;
    }
    Optional<UnsafeSetUpException> unsafe = cause(e, UnsafeSetUpException.class);
    if (unsafe.isPresent()) {
      return new StoreException(StoreException.Kind.INVALID, unsafe.get().getMessage(), e);
    }
    Optional<Path> inTheWay = fileInTheWay(path);
    if (inTheWay.isPresent()) {
      return new StoreException(
          StoreException.Kind.UNAVAILABLE,
          "Cannot "
              + verb
              + " "
              + path
              + ": "
              + inTheWay.get()
              + " is a file where a folder should be. Move the file away or choose another root.",
          e);
    }
    boolean cut = cause(e, EOFException.class).isPresent() && LocalFiles.isLocal(path);
    if ((damaged(e) || cut) && !(verb.equals(WRITE) && cause(e, IOException.class).isPresent())) {
      return new StoreException(
          StoreException.Kind.CORRUPT,
          "Cannot "
              + verb
              + " the table at "
              + path
              + ": "
              + message(e)
              + ". Its files are not as Delta wrote them; restore them from a backup, or choose"
              + " another root.",
          e);
    }
    return new StoreException(
        StoreException.Kind.UNAVAILABLE,
        "Cannot "
            + verb
            + " "
            + path
            + ": "
            + message(e)
            + ". Check that the storage can be reached, has room and lets this user in.",
        e);
  }

  /** Whether trying again at a path cannot help. */
  static boolean hopeless(String path, Exception e) {
    return fileInTheWay(path).isPresent()
        || cause(e, UnsafeSetUpException.class).isPresent()
        || cause(e, AccessDeniedException.class).isPresent()
        || cause(e, AccessControlException.class).isPresent()
        || S3.lacksBucket(e)
        || REFUSALS.stream().anyMatch(message(e)::contains);
  }

  /** Whether the content is at fault and not the way to it. */
  private static boolean damaged(Exception e) {
    if (cause(e, FileNotFoundException.class).isPresent()) {
      return true;
    }
    boolean storage =
        cause(e, IOException.class)
            .filter(io -> !io.getClass().getName().startsWith("com.fasterxml.jackson."))
            .isPresent();
    return !storage
        && (e instanceof KernelException
            || e instanceof KernelEngineException
            || e instanceof RuntimeException && !(e instanceof UncheckedIOException));
  }

  private static Optional<Path> fileInTheWay(String path) {
    return LocalFiles.isLocal(path)
        ? LocalFiles.fileInTheWay(LocalFiles.path(path))
        : Optional.empty();
  }

  /** The message of the innermost cause, with its class where there is none. */
  static String message(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String text = root.getMessage() == null ? "" : root.getMessage().strip();
    String line = text.lines().findFirst().orElse("");
    return root.getClass().getSimpleName() + (line.isEmpty() ? "" : " (" + line + ")");
  }

  /** The first of a throwable and its causes that is of a class. */
  static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
    int depth = 0;
    for (Throwable at = e; at != null && depth < 30; at = at.getCause(), depth++) {
      if (type.isInstance(at)) {
        return Optional.of(type.cast(at));
      }
    }
    return Optional.empty();
  }
}
