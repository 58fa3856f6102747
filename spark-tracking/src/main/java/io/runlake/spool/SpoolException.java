package io.runlake.spool;

import java.nio.file.Path;

/** A file is no whole spool, or does not belong to the store. */
public final class SpoolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  SpoolException(Path file, String problem) {
    super(
        "The file '" + file + "' " + problem + " Nothing was written, and the file is as it was.");
    this.file = file;
  }

  /** The file that was to be recovered. */
  public Path file() {
    return file;
  }
}
