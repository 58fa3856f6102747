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

  /** {@code runlake store doctor} found what breaks a rule of the format. */
  static final int VIOLATIONS = 3;

  /** What picocli prints above {@link #OK_MEANING} and the others. */
  static final String HEADING = "%nExit codes:%n";

  static final String OK_MEANING = "0:done";
  static final String FAILURE_MEANING =
      "1:failure: the storage refused, another writer was in the way, or a fault of Runlake";
  static final String USAGE_MEANING =
      "2:wrong usage, or a store, run, model or file that is not as the command needs it";

  static final String VIOLATIONS_MEANING =
      "3:of store doctor: a rule of the format is broken; what and where is on stdout";

  private ExitCode() {}
}
