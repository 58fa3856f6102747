package io.runlake.scoring.streaming;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.OutputTable;
import io.runlake.scoring.streaming.control.Starts.Start;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Refuses a start whose checkpoint and tables do not belong together; before anything is written.
 * Each refusal is a {@link JobException} REFUSED.
 */
final class CheckpointGuard {
  private final Checkpoint checkpoint;

  CheckpointGuard(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** A checkpoint knows what of its input is done, and its transactions what of its output. */
  void refuseForeign(Optional<Start> first, String job, String input, String output) {
    if (first.isEmpty()) {
      if (checkpoint.newestBatch().isPresent()) {
        throw new JobException(
            ExitCode.REFUSED,
            "The checkpoint "
                + checkpoint.path()
                + " has batches, but not of this job: there is no start in its folder 'runlake'."
                + " Nothing was written; give another checkpoint.");
      }
      return;
    }
    Start known = first.get();
    String was = String.join(", ", known.job(), known.input(), known.output());
    String is = String.join(", ", job, input, output);
    if (!was.equals(is)) {
      throw new JobException(
          ExitCode.REFUSED,
          "The checkpoint "
              + checkpoint.path()
              + " belongs to another query (job, input, output): it was made for "
              + was
              + ", and this is "
              + is
              + ". Nothing was written; give each query a checkpoint of its own.");
    }
  }

  /** Delta would skip, without a word, every batch whose number its transactions have passed. */
  void refuseWiped(Optional<Pin> newestPin, OutputTable scores, OutputTable quarantine) {
    Optional<String> queryId = checkpoint.queryId();
    if (newestPin.isPresent() && !queryId.equals(Optional.of(newestPin.get().queryId()))) {
      throw new JobException(
          ExitCode.REFUSED,
          "The checkpoint "
              + checkpoint.path()
              + " was wiped, but for its folder 'runlake': batch "
              + newestPin.get().batch()
              + " is pinned by the query "
              + newestPin.get().queryId()
              + ", and the query is "
              + queryId.orElse("a new one")
              + " now. It would score all rows again. Nothing was written; restore the checkpoint,"
              + " or take a new one with a new output.path.");
    }
    if (queryId.isEmpty()) {
      return;
    }
    OptionalLong newest = checkpoint.newestBatch();
    long at =
        Math.max(
            scores.findTransaction(BatchWriter.scoresTransaction(queryId.get())).orElse(-1),
            quarantine
                .findTransaction(BatchWriter.quarantineTransaction(queryId.get()))
                .orElse(-1));
    long pinned = newestPin.map(Pin::batch).orElse(-1L);
    if (Math.max(at, pinned) > newest.orElse(-1)) {
      throw new JobException(
          ExitCode.REFUSED,
          "The checkpoint "
              + checkpoint.path()
              + " was wiped, but keeps its query id "
              + queryId.get()
              + ": "
              + (at >= 0
                  ? "the tables of " + scores.path() + " are at batch " + at
                  : "a model is pinned for batch " + pinned)
              + ", and the checkpoint "
              + (newest.isPresent() ? "is at batch " + newest.getAsLong() : "has no batch")
              + ". Delta would skip all batches up to there. Nothing was written; restore the"
              + " checkpoint, or take a new one with a new output.path.");
    }
  }
}
