package io.runlake.scoring.batch;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.runlake.scoring.CommitGate;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.ObservedCounts.Counted;
import io.runlake.scoring.OutputTable;
import io.runlake.scoring.OutputTable.Commit;
import io.runlake.scoring.OutputTable.Write;
import io.runlake.scoring.batch.JobReport.Rows;
import java.util.ConcurrentModificationException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one attempt at a night: the quarantine first, the scores last, each as one transaction
 * that Delta takes only from the newest attempt.
 */
final class NightWriter {
  private static final Logger LOG = LoggerFactory.getLogger(NightWriter.class);
  private static final int TRIES = 8;
  private static final long BACK_OFF_MILLIS = 200;

  private final Attempt attempt;
  private final boolean force;
  private final RowPlan plan;
  private final FrozenInput input;
  private final NightState state;
  private final OutputTable scores;
  private final OutputTable quarantine;
  private final ObservedCounts counts;
  private final Step.Listener steps;

  NightWriter(
      Attempt attempt,
      boolean force,
      RowPlan plan,
      FrozenInput input,
      NightState state,
      OutputTable scores,
      OutputTable quarantine,
      ObservedCounts counts,
      Step.Listener steps) {
    this.attempt = attempt;
    this.force = force;
    this.plan = plan;
    this.input = input;
    this.state = state;
    this.scores = scores;
    this.quarantine = quarantine;
    this.counts = counts;
    this.steps = steps;
  }

  /**
   * What the first pass saw.
   *
   * @param input rows read
   * @param quarantined rows that cannot be scored
   */
  record Refused(long input, long quarantined) {}

  /** What the second pass saw and wrote. */
  record Published(Rows rows, Commit commit) {}

  /** Reads the input and appends what cannot be scored, even if that is nothing. */
  Refused writeQuarantine() {
    Write write = write(attempt.night().quarantineTransaction());
    Refused refused =
        untilTaken(
            () -> {
              long before = quarantine.version();
              Counted in = counts.count(input.rows(), "quarantine_input");
              Counted out = counts.count(plan.quarantine(in.rows(), attempt), "quarantined");
              quarantine.append(out.rows(), write);
              if (quarantine.commitOf(write, before).isEmpty()) {
                throw state.superseded(attempt, quarantine.transaction(write.applicationId()));
              }
              return new Refused(counts.await(in), counts.await(out));
            });
    steps.reached(Step.QUARANTINED);
    return refused;
  }

  /** Reads the input again and replaces the night's scores, if the counts of both passes agree. */
  Published writeScores(Refused refused) {
    Write write = write(attempt.night().scoresTransaction());
    Published published =
        untilTaken(
            () -> {
              long before = scores.version();
              Counted in = counts.count(input.rows(), "scores_input");
              Counted out = counts.count(plan.scores(in.rows(), attempt), "scored");
              CommitGate.around(
                  () -> {
                    steps.reached(Step.SCORES_WRITTEN);
                    input.verifyUnchanged();
                    verify(refused, counts.await(in), counts.await(out));
                    state.verifyMayPublish(attempt, force);
                  },
                  () -> scores.replace(out.rows(), attempt.night().predicate(), write));
              Commit commit =
                  scores
                      .commitOf(write, before)
                      .orElseThrow(() -> state.superseded(attempt, state.standing()));
              Rows rows = verify(refused, counts.await(in), counts.await(out));
              return new Published(rows, commit);
            });
    steps.reached(Step.SCORED);
    return published;
  }

  /** Deletes what earlier attempts quarantined; it belongs to scores that no longer stand. */
  void purge() {
    if (state.hasEarlier(attempt)) {
      quarantine.delete(
          expr(attempt.night().predicate()).and(col(RowPlan.ATTEMPT_COLUMN).lt(attempt.number())));
    }
  }

  private Rows verify(Refused refused, long secondInput, long scored) {
    if (refused.input() != secondInput || secondInput != scored + refused.quarantined()) {
      throw new JobException(
          ExitCode.FAILED,
          "The counts of the night "
              + attempt.night()
              + " do not add up: the input had "
              + refused.input()
              + " rows when it was checked and "
              + secondInput
              + " when it was scored, of which "
              + refused.quarantined()
              + " are quarantined and "
              + scored
              + " scored. Either the input changed, or the model drops or adds rows (a SQL"
              + " transformer, handleInvalid=skip); a model for scoring must keep each row.");
    }
    return new Rows(secondInput, scored, refused.quarantined());
  }

  private Write write(String transaction) {
    return new Write(transaction, attempt.number(), new CommitNote(attempt, transaction).json());
  }

  /**
   * Tries a write again when another commit came between. That is the other job's first night on
   * the same new table, or another attempt at this night; the latter is looked at each time.
   */
  private <T> T untilTaken(Supplier<T> write) {
    for (int tries = 1; ; tries++) {
      try {
        return write.get();
      } catch (ConcurrentModificationException e) {
        state.verifyMayPublish(attempt, force);
        if (tries == TRIES) {
          throw new JobException(
              ExitCode.FAILED,
              "Others kept committing to the tables of "
                  + scores.path()
                  + " at the same time; "
                  + TRIES
                  + " tries failed, the last with: "
                  + JobException.firstLine(e)
                  + ". Start the night again.",
              e);
        }
        LOG.info("Another commit came first; trying again. {}", JobException.firstLine(e));
        pause(tries);
      }
    }
  }

  private static void pause(int tries) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(BACK_OFF_MILLIS << Math.min(tries, 5)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException(ExitCode.FAILED, "Interrupted while waiting to write again.", e);
    }
  }
}
