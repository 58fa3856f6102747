package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.TrialRecord;
import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.spark.FitRun.Search;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the child runs of a search; all of them go to the store in a few commits. */
final class TrialRuns {
  private static final Logger LOG = LoggerFactory.getLogger(TrialRuns.class);
  private static final long PATIENCE_SECONDS = 30;

  private TrialRuns() {}

  /**
   * Starts, fills and ends the children, with what they cost as far as that is known by now.
   *
   * @param store of autologging, for a parent whose {@code Runlake} is closed
   * @return completes when all is in the store
   */
  static CompletableFuture<Void> write(
      ActiveRun parent, Optional<Supplier<Runlake>> store, List<Search> searches) {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Search search : searches) {
      Instant now = Instant.now();
      for (int i = 0; i < search.record().trials().size(); i++) {
        TrialRecord trial = search.record().trials().get(i);
        if (trial.start().isPresent() || !trial.metrics().isEmpty()) {
          RunSpec child =
              search
                  .child()
                  .withExperimentId(parent.experimentId())
                  .withStartTime(trial.start().orElse(search.start()));
          ActiveRun run = UserRuns.startOurs(() -> started(parent, store, child));
          ends.add(write(run, trial, trial.end().orElse(now), search.cost(i)));
        }
      }
    }
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]));
  }

  /**
   * By the parent's {@code Runlake} if it is open: the user who closes it finds them in the store.
   */
  private static ActiveRun started(
      ActiveRun parent, Optional<Supplier<Runlake>> store, RunSpec child) {
    try {
      return parent.startNested(child);
    } catch (TrackingException closed) {
      if (closed.errorCode() != ErrorCode.INVALID_STATE) {
        throw closed;
      }
      return parent.startNested(child, store);
    }
  }

  private static CompletableFuture<Void> write(
      ActiveRun run, TrialRecord trial, Instant end, Optional<FitCost> cost) {
    RunFacts.start(run, trial.fit(), List.of());
    trial.points().forEach(p -> RunFacts.point(run, p.key(), p.value(), p.step(), p.at()));
    trial.metrics().forEach((key, value) -> RunFacts.point(run, key, value, 0, end));
    cost.ifPresent(sums -> RunFacts.cost(run, sums));
    return run.endLater(status(trial), end, trial.error());
  }

  /** A trial without a result and without an error of its own was stopped by that of another. */
  private static RunStatus status(TrialRecord trial) {
    if (trial.error().isPresent()) {
      return RunStatus.FAILED;
    }
    return trial.metrics().isEmpty() ? RunStatus.KILLED : RunStatus.FINISHED;
  }

  /**
   * Waits until the children are in the store.
   *
   * @param written null if there are none
   */
  static void await(CompletableFuture<Void> written) {
    if (written == null) {
      return;
    }
    try {
      written.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      Guard.failedAndTold("the runs of a search could not be written", e);
    } catch (TimeoutException slow) {
      LOG.debug("The runs of a search are not in the store yet.", slow);
    }
  }
}
