package io.runlake.store;

/** A store could not do what was asked; the message says what, why and what to do. */
public class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whose move it is. */
  public enum Kind {
    /** The request itself is at fault. */
    INVALID,
    /** What was asked for is not there. */
    NOT_FOUND,
    /** Something of that name is there already. */
    EXISTS,
    /** Others kept changing the table; trying again may help. */
    CONFLICT,
    /** The storage did not answer or refused. */
    UNAVAILABLE,
    /** The tables are not as the format says. */
    CORRUPT,
    /** Whether the change landed could not be found out. */
    UNKNOWN
  }

  private final Kind kind;

  public StoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public StoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static StoreException invalid(String message) {
    return new StoreException(Kind.INVALID, message);
  }

  /** Whose move it is. */
  public Kind kind() {
    return kind;
  }
}
