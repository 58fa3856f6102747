package io.runlake.cli;

/** A request that cannot be served as it stands; the message says why and what to do. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
