package io.runlake.cli;

/** The exit codes of the {@code runlake} command. */
final class ExitCode {
  /** The command did what it says. */
  static final int OK = 0;

  /** The storage refused, another writer was in the way, or Runlake is at fault. */
  static final int FAILURE = 1;

  /**
   * The request is at fault: an unknown option, a filter that cannot be parsed, a store, run or
   * model that is not there.
   */
  static final int USAGE = 2;

  private ExitCode() {}
}
