package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The user's own run, which the first fit in it logs into. Facts go in on the fitting thread, since
 * the user may end the run right after the fit; autologging never ends it.
 */
final class UserFitRun implements FitRun {
  /** Events lag a few milliseconds behind the fit; past this the cost goes without the run. */
  private static final Duration COST_LAG = Duration.ofMillis(500);

  private final ActiveRun run;
  private final Map<String, String> tags;

  /**
   * A fit in a user's run.
   *
   * @param tags that the run gets beside those of the fit
   */
  UserFitRun(ActiveRun run, Map<String, String> tags) {
    this.run = run;
    this.tags = tags;
  }

  @Override
  public void begin(FitRecord record, List<DatasetRef> inputs) {
    tags.forEach((key, value) -> RunFacts.tag(run, key, value));
    RunFacts.start(run, record, inputs);
  }

  @Override
  public Optional<ActiveRun> await(Duration patience) {
    return Optional.of(run);
  }

  @Override
  public void end(FitEnd end, CompletableFuture<FitCost> cost) {
    RunFacts.end(run, end);
    end.thrown().ifPresent(error -> RunFacts.tag(run, RunFacts.FIT_ERROR, Guard.firstLine(error)));
    try {
      FitCost sums = cost.get(COST_LAG.toMillis(), TimeUnit.MILLISECONDS);
      RunFacts.cost(run, sums);
    } catch (TimeoutException | ExecutionException late) {
      cost.thenAccept(
          sums ->
              Backstage.later(
                  "the cost of a fit could not be logged",
                  () -> {
                    if (!run.ended()) {
                      RunFacts.cost(run, sums);
                    }
                  }));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
