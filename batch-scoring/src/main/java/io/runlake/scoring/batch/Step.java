package io.runlake.scoring.batch;

/** Points of a night between which a crash must leave the tables right; tests halt at them. */
enum Step {
  /** The attempt is claimed, nothing is written. */
  CLAIMED,
  /** The quarantine is committed, the scores are not. */
  QUARANTINED,
  /** The files of the scores are written, their commit is not. */
  SCORES_WRITTEN,
  /** The scores are committed, older quarantine is not purged. */
  SCORED;

  /** Called as each step is reached. */
  interface Listener {
    Listener NONE = step -> {};

    void reached(Step step);
  }
}
