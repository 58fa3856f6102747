package io.runlake.scoring;

/** How a scoring job ended, for whoever started it. */
public enum ExitCode {
  /** The work is done, now or already before; a stream was stopped in order. */
  DONE(0, "done, now or already before; a stream was stopped in order"),
  /** Something broke; what was committed before stands. */
  FAILED(1, "something broke; what was committed before still stands"),
  /** A flag, the YAML, the model, the input or the output is not as it has to be. */
  BAD_INPUT(2, "a setting, the model, the input or the output is wrong; nothing was written"),
  /** What stands was made with something else: another model or input, another checkpoint. */
  REFUSED(3, "what stands was made with another model, input or checkpoint; nothing was written"),
  /** Another start of the same work came first. */
  SUPERSEDED(4, "another start of the same work came first; its scores stand"),
  /** What was read is written, but too many of its rows could not be scored. */
  OVER_BUDGET(5, "written, but more rows were quarantined than error-budget allows");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The exit code of the process. */
  public int code() {
    return code;
  }

  /** One line for the help text. */
  public String meaning() {
    return meaning;
  }
}
