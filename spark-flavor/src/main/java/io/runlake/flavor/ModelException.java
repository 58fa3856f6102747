package io.runlake.flavor;

/**
 * A model, its address or its folder is not what it has to be. The message says what, why and what
 * to do; {@link #kind()} and {@link #subject()} are the facts for a program.
 */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** A model URI or path that cannot be parsed or is not allowed. */
    BAD_URI,
    /** Nothing stands at that address. */
    NOT_FOUND,
    /** The folder is there but its contents are malformed, or of a flavor that is not ours. */
    BAD_FORMAT,
    /** The model names a class that is not on the allow-list. */
    FORBIDDEN_CLASS,
    /** Files are missing, added or changed, or the save never ended. */
    DAMAGED,
    /** Sound, but not for this version of Spark or not for this use. */
    INCOMPATIBLE,
    /** The data or the model does not fit the signature. */
    SIGNATURE,
    /** Something stands where the model was to be saved. */
    EXISTS,
    /** Spark cannot save the model, or a part of it. */
    NOT_WRITABLE,
    /** The caller took back the permission to finish, or the thread was interrupted. */
    ABANDONED,
    /** The storage failed. */
    STORAGE
  }

  private final Kind kind;
  private final String subject;

  /** An error about {@code subject}: a URI, a path, a column or a file. */
  public ModelException(Kind kind, String subject, String message) {
    this(kind, subject, message, null);
  }

  /** An error with what caused it. */
  public ModelException(Kind kind, String subject, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.subject = subject;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** The URI, path, file, class or column that the error is about; secrets in it are masked. */
  public String subject() {
    return subject;
  }
}
