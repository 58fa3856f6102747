package io.runlake.notebooks;

/** A notebook, or what was asked of it, that cannot be run; no cell has been. */
final class NotebookException extends RuntimeException {
  NotebookException(String message) {
    super(message);
  }

  NotebookException(String message, Throwable cause) {
    super(message, cause);
  }
}
