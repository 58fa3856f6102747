package io.runlake.evaluate;

/** A model did not reach its thresholds, and who asked wanted that to be an exception. */
public final class ModelRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Verdict verdict;

  ModelRefusedException(Verdict verdict) {
    super("The model is " + verdict);
    this.verdict = verdict;
  }

  /** What was checked. */
  public Verdict verdict() {
    return verdict;
  }
}
