package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.TrialRecord;
import io.runlake.spark.FitRun.Search;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writes the child runs of a search; all of them go to the store in a few commits. */
final class TrialRuns {
  private static final long PATIENCE_SECONDS = 30;

  private TrialRuns() {}

  /**
   * Starts, fills and ends the children, with what they cost as far as that is known by now.
   *
   * @return completes when all is in the store
   */
  static CompletableFuture<Void> write(ActiveRun parent, List<Search> searches) {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Search search : searches) {
      RunSpec spec = search.child().withExperimentId(parent.experimentId());
      Instant now = Instant.now();
      for (int i = 0; i < search.record().trials().size(); i++) {
        TrialRecord trial = search.record().trials().get(i);
        if (trial.start().isPresent() || !trial.metrics().isEmpty()) {
          RunSpec timed = spec.withStartTime(trial.start().orElse(search.start()));
          ends.add(write(parent, trial, timed, trial.end().orElse(now), search.cost(i)));
        }
      }
    }
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]));
  }

  private static CompletableFuture<Void> write(
      ActiveRun parent, TrialRecord trial, RunSpec spec, Instant end, Optional<FitCost> cost) {
    ActiveRun run = UserRuns.startOurs(() -> parent.startNested(spec));
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
    } catch (ExecutionException | TimeoutException e) {
      Guard.failedAndTold("the runs of a search are not in the store yet", e);
    }
  }
}
