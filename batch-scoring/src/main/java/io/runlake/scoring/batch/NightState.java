package io.runlake.scoring.batch;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.OutputTable;
import io.runlake.store.PutIfAbsent;
import java.time.Instant;
import java.util.Optional;

/**
 * What stands of a night. The transaction of the scores table alone says whether a night is done
 * and at which attempt; the claims say what that attempt was.
 */
final class NightState {
  private final Night night;
  private final OutputTable scores;
  private final NightLedger ledger;

  NightState(Night night, OutputTable scores, PutIfAbsent claims) {
    this.night = night;
    this.scores = scores;
    this.ledger = new NightLedger(claims, night, scores.path());
  }

  /** The number of the attempt whose scores stand; 0 if the night was never done. */
  long standing() {
    return scores.transaction(night.scoresTransaction());
  }

  /**
   * The attempt that did the night with this model and input already.
   *
   * @param force whether to score a done night again
   * @return empty if the night is to be scored
   * @throws JobException REFUSED if it was done with another model or input
   */
  Optional<Attempt> doneWith(String model, String input, boolean force) {
    long standing = standing();
    if (standing == 0 || force) {
      return Optional.empty();
    }
    Optional<Attempt> attempt = ledger.find(standing);
    if (attempt.isPresent() && attempt.get().sameWork(model, input)) {
      return attempt;
    }
    throw refused(standing, attempt, model, input);
  }

  /**
   * Looks again, just before the scores are published.
   *
   * @throws JobException SUPERSEDED if a later attempt stands, REFUSED if an earlier one was done
   *     meanwhile with another model or input
   */
  void verifyMayPublish(Attempt mine, boolean force) {
    long standing = standing();
    if (standing > mine.number()) {
      throw superseded(mine, standing);
    }
    if (standing == 0 || force) {
      return;
    }
    Optional<Attempt> other = ledger.find(standing);
    if (other.isEmpty() || !other.get().sameWork(mine.model(), mine.input())) {
      throw refused(standing, other, mine.model(), mine.input());
    }
  }

  /** Claims the next attempt, above whatever stands in the tables. */
  Attempt claim(long aboveAlso, String model, String input, String runId, Instant now) {
    return ledger.claim(Math.max(standing(), aboveAlso), model, input, runId, now);
  }

  /** Whether more than one attempt was ever made, so that there may be something to purge. */
  boolean hasEarlier(Attempt attempt) {
    return attempt.number() > 1;
  }

  JobException superseded(Attempt mine, long standing) {
    return new JobException(
        ExitCode.SUPERSEDED,
        "Attempt "
            + mine.number()
            + " at the night "
            + night
            + " was superseded by attempt "
            + standing
            + ", which wrote first"
            + ledger.find(standing).map(other -> " (run " + other.runId() + ")").orElse("")
            + ". What it wrote stands; nothing of this attempt counts.");
  }

  private JobException refused(
      long standing, Optional<Attempt> attempt, String model, String input) {
    String was =
        attempt
            .map(
                known ->
                    known.model().equals(model)
                        ? "input " + known.input() + ", and the input is " + input + " now"
                        : known.model() + ", not with " + model)
            .orElse("an attempt " + standing + " whose claim is gone");
    return new JobException(
        ExitCode.REFUSED,
        "The night "
            + night
            + " is done with "
            + was
            + ". Nothing was written. Give --force to score it again.");
  }
}
