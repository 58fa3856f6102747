package io.runlake.scoring;

import io.runlake.tracking.Experiment;
import io.runlake.tracking.Reaper;
import io.runlake.tracking.Runlake;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends, at the start of a job, what dead starts of it left RUNNING. */
public final class DeadRuns {
  private static final Logger LOG = LoggerFactory.getLogger(DeadRuns.class);

  private DeadRuns() {}

  /**
   * Ends the dead runs of one experiment: once per start of a job, and of its own experiment alone,
   * so that it stays cheap. Never fails; the next start, or {@code runlake store reap}, comes back
   * to what is left.
   */
  public static void endIn(Runlake runlake, String experiment) {
    try {
      runlake
          .findExperiment(experiment)
          .map(Experiment::id)
          .map(id -> Reaper.over(runlake.store()).reap(id))
          .ifPresent(
              dead ->
                  dead.forEach(
                      run ->
                          LOG.info(
                              "Run {} was left by a program that died; it is KILLED now",
                              run.id())));
    } catch (RuntimeException e) {
      LOG.warn("Runs of dead programs could not be ended; the job goes on.", e);
    }
  }
}
