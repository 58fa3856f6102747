package io.runlake.scoring.batch;

/** Ends the job with an exit code; the message is the one line that the caller sees. */
public final class JobException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  JobException(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  JobException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static JobException badInput(String message) {
    return new JobException(ExitCode.BAD_INPUT, message);
  }

  static JobException badInput(String message, Throwable cause) {
    return new JobException(ExitCode.BAD_INPUT, message, cause);
  }

  /** How the job ends. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
