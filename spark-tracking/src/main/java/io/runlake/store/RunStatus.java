package io.runlake.store;

/** The states of a run, with MLflow's names. */
public enum RunStatus {
  RUNNING,
  SCHEDULED,
  FINISHED,
  FAILED,
  KILLED;

  /** Whether a run in this state has ended. */
  public boolean terminal() {
    return this == FINISHED || this == FAILED || this == KILLED;
  }
}
