package io.runlake.scoring.batch;

/** How the job ended, for whoever started it. */
public enum ExitCode {
  /** The night is done, now or already before. */
  DONE(0, "the night is done, now or already before"),
  /** Something broke; the last done night stands. */
  FAILED(1, "something broke; what stood in the table before still stands"),
  /** A flag, the YAML, the model, the input or the output is not as it has to be. */
  BAD_INPUT(2, "a setting, the model, the input or the output is wrong; nothing was written"),
  /** The night is done with another model or another input, and force was not given. */
  REFUSED(3, "the night is done with another model or input; give --force to score it again"),
  /** A later attempt at the same night came first. */
  SUPERSEDED(4, "a later attempt at the same night came first; its scores stand"),
  /** The night is done, but too many rows could not be scored. */
  OVER_BUDGET(5, "the night is done, but more rows were quarantined than error-budget allows");

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
