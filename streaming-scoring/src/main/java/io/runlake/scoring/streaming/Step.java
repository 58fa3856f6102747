package io.runlake.scoring.streaming;

/**
 * Points of a batch between which a crash must leave the tables right. Tests halt at them: give
 * {@code new StreamingScoringJob(out, err, session, listener)} a listener that throws (an {@link
 * Error} passes through to the caller of {@code run}, an exception ends the job as FAILED) or, in a
 * child JVM, one that parks until it is killed. They come in this order.
 */
enum Step {
  /** The batch's model is pinned; nothing of the batch is written. */
  PINNED,
  /** The files of the scores are written, their commit is not, nor is the quarantine's. */
  SCORES_STAGED,
  /** The quarantine is committed, the scores are not; only in batches that refuse rows. */
  QUARANTINED,
  /** The scores are committed; Spark has not committed the batch to the checkpoint. */
  SCORES_WRITTEN;

  /** Called on the thread that does the batch, as each step is reached. */
  interface Listener {
    Listener NONE = (step, batch) -> {};

    void reached(Step step, long batch);

    /** Called on the job's own thread when it has seen that someone asked it to stop. */
    default void stopSeen() {}

    /**
     * The id under which Delta takes a write once. For the test that shows what it is for: one that
     * gives another id each time takes the guard away.
     */
    default String transaction(String id) {
      return id;
    }
  }
}
