package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.errors.TrackingException;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunLog;
import io.runlake.tracking.Runlake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The user's own run, which the first fit in it logs into. Facts go in on the fitting thread, since
 * the user may end the run right after the fit; autologging never ends it.
 */
final class UserFitRun implements FitRun {
  /** Events lag a few milliseconds behind the fit; past this the fit goes on without its cost. */
  private static final Duration COST_LAG = Duration.ofMillis(500);

  private static final Set<CompletableFuture<FitCost>> LATE = ConcurrentHashMap.newKeySet();

  private final ActiveRun run;
  private final Map<String, String> tags;
  private final Optional<Supplier<Runlake>> store;

  /**
   * A fit in a user's run.
   *
   * @param tags that the run gets beside those of the fit
   * @param store where it is changed after its {@code Runlake} was closed
   */
  UserFitRun(ActiveRun run, Map<String, String> tags, Optional<Supplier<Runlake>> store) {
    this.run = run;
    this.tags = tags;
    this.store = store;
  }

  @Override
  public void begin(FitRecord record, List<DatasetRef> inputs) {
    write(
        log -> {
          tags.forEach((key, value) -> RunFacts.tag(log, key, value));
          RunFacts.start(log, record, inputs);
        });
  }

  @Override
  public Optional<ActiveRun> await(Duration patience) {
    return Optional.of(run);
  }

  @Override
  public void log(String what, Consumer<RunLog> facts) {
    if (run.ended()) {
      Backstage.later(what, () -> write(facts));
    } else {
      write(facts);
    }
  }

  @Override
  public EvaluationBook evaluations() {
    return EvaluationBook.ofUsersRun(run.id());
  }

  /** Runs of the user's are the same run, whoever found it. */
  @Override
  public boolean equals(Object other) {
    return other instanceof UserFitRun user && user.run == run;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(run);
  }

  @Override
  public void end(FitEnd end, CompletableFuture<FitCost> cost) {
    write(log -> logEnd(log, end));
    if (isThere(cost)) {
      cost(cost.join(), end.searches());
    } else {
      LATE.add(cost);
      cost.whenComplete(
          (sums, none) ->
              Backstage.next(
                  "the cost of a fit could not be logged", () -> lateCost(cost, end.searches())));
    }
    end.registration().ifPresent(registration -> registration.carryOut(run, store));
  }

  private static boolean isThere(CompletableFuture<FitCost> cost) {
    try {
      cost.get(COST_LAG.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException late) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * The trials of a search have their costs no later than the fit has its own.
   *
   * @param sums null if nobody counted
   */
  private void cost(FitCost sums, List<Search> searches) {
    if (sums != null) {
      write(log -> RunFacts.cost(log, sums));
    }
    TrialRuns.write(run, store, searches);
  }

  private void lateCost(CompletableFuture<FitCost> cost, List<Search> searches) {
    try {
      cost(cost.join(), searches);
    } catch (TrackingException closed) {
      Guard.lost("what comes late of a fit could not be logged", closed);
    } finally {
      LATE.remove(cost);
    }
  }

  /** Whether no fit of a user's run waits for its cost. */
  static boolean settled() {
    return LATE.isEmpty();
  }

  /** Forgets what waits for its cost, when no more can be done for it. */
  static void giveUp() {
    LATE.clear();
  }

  private static void logEnd(RunLog log, FitEnd end) {
    RunFacts.end(log, end);
    end.thrown().ifPresent(error -> RunFacts.tag(log, RunFacts.FIT_ERROR, Guard.firstLine(error)));
  }

  /** The user may end the run while a slow storage is waited for. */
  private void write(Consumer<RunLog> facts) {
    RunFacts.write(run, store, facts);
  }
}
