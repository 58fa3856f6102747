package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.errors.TrackingException;
import io.runlake.store.DatasetRef;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunLog;
import io.runlake.tracking.Runlake;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A run that autologging starts for a fit and ends. All its storage work is done on {@link
 * Backstage}; the run ends when its cost is known.
 */
final class OwnFitRun implements FitRun {
  /** How long a user's question waits for what was logged. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What is waited for ends that an earlier caller has waited for in vain. */
  private static final Duration BESIDE_A_HANG = Duration.ofMillis(100);

  private static volatile boolean endsHang;

  private static final Set<OwnFitRun> LIVE = ConcurrentHashMap.newKeySet();

  /** Whether the storage has left a fit waiting, and no run was started since. */
  private static volatile boolean storageIsSilent;

  private final Supplier<ActiveRun> starter;
  private final Optional<Supplier<Runlake>> store;
  private final EvaluationBook evaluations = new EvaluationBook();
  private final CompletableFuture<ActiveRun> started = new CompletableFuture<>();
  private final AtomicBoolean ending = new AtomicBoolean();
  private volatile FitEnd end;

  /** Null until the runs of a search are written. */
  private volatile CompletableFuture<Void> trials;

  /**
   * A run to come.
   *
   * @param store where it is changed after its end; empty if only its starter knows
   */
  OwnFitRun(Supplier<ActiveRun> starter, Optional<Supplier<Runlake>> store) {
    this.starter = starter;
    this.store = store;
  }

  @Override
  public void begin(FitRecord record, List<DatasetRef> inputs) {
    LIVE.add(this);
    boolean queued =
        Backstage.later(
            "the run of a fit could not be started",
            () -> {
              try {
                // Done a second time where storage hung the first time.
                ActiveRun run = started.isDone() ? started.join() : UserRuns.startOurs(starter);
                storageIsSilent = false;
                started.complete(run);
                RunFacts.start(run, record, inputs);
              } catch (Throwable e) {
                LIVE.remove(this);
                started.completeExceptionally(e);
                throw e;
              }
            });
    if (!queued) {
      LIVE.remove(this);
      started.completeExceptionally(new IllegalStateException("no room"));
    }
  }

  @Override
  public Optional<ActiveRun> await(Duration patience) {
    try {
      return Optional.of(Patience.get(started, storageIsSilent ? Duration.ZERO : patience));
    } catch (ExecutionException told) {
      return Optional.empty();
    } catch (TimeoutException slow) {
      storageIsSilent = true;
      Guard.slow(
          "storage did not answer within "
              + patience.toMillis() / 1000.0
              + " s, and the model of a fit is not saved");
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void log(String what, Consumer<RunLog> facts) {
    Backstage.later(what, () -> withRun(run -> RunFacts.write(run, store, facts)));
  }

  @Override
  public EvaluationBook evaluations() {
    return evaluations;
  }

  @Override
  public void end(FitEnd fitEnd, CompletableFuture<FitCost> cost) {
    end = fitEnd;
    Backstage.next("facts of a fit could not be logged", () -> withRun(this::logEnd));
    cost.whenComplete((sums, none) -> finish(Optional.ofNullable(sums)));
  }

  private void logEnd(ActiveRun run) {
    RunFacts.end(run, end);
    end.registration().ifPresent(registration -> registration.carryOut(run, store));
  }

  /** Ends the run once, with the cost if it is known. */
  private void finish(Optional<FitCost> cost) {
    if (!ending.compareAndSet(false, true)) {
      return;
    }
    Backstage.next(
        "the run of a fit could not be ended",
        () -> {
          try {
            withRun(run -> close(run, cost));
          } finally {
            LIVE.remove(this);
          }
        });
  }

  private void close(ActiveRun run, Optional<FitCost> cost) {
    cost.ifPresent(sums -> RunFacts.cost(run, sums));
    FitEnd known = end;
    writeTrials(run, known);
    try {
      if (known == null) {
        run.endRun(RunStatus.KILLED);
      } else if (known.thrown().isPresent()) {
        run.fail(known.thrown().get());
      } else {
        run.endRun();
      }
    } catch (TrackingException unwritten) {
      Guard.failedAndTold("the run of a fit could not be ended", unwritten);
    }
    TrialRuns.await(trials);
  }

  /** Once; the trials of a search have their costs no later than the fit has its own. */
  private void writeTrials(ActiveRun run, FitEnd known) {
    if (known == null || trials != null) {
      return;
    }
    try {
      trials = TrialRuns.write(run, store, known.searches());
    } catch (Throwable e) {
      Guard.failed("the runs of a search could not be written", e);
    }
  }

  private void withRun(Consumer<ActiveRun> work) {
    if (started.isDone() && !started.isCompletedExceptionally()) {
      work.accept(started.join());
    }
  }

  /** Forgets the runs that have not ended, when no more can be done for them. */
  static void giveUp() {
    LIVE.clear();
    UserFitRun.giveUp();
    storageIsSilent = false;
  }

  /** How many runs of ours have not ended. */
  static int live() {
    return LIVE.size();
  }

  /** Ends the runs that only wait for their cost, and, if asked, kills those of fits under way. */
  static void finishAll(boolean alsoUnderWay) {
    for (OwnFitRun run : LIVE) {
      if (run.end != null || alsoUnderWay) {
        run.finish(Optional.empty());
      }
    }
  }

  /**
   * Waits until the runs of all fits that are over have ended and are in the store, and with them
   * what was evaluated after that; false if that takes longer.
   */
  static boolean awaitSettled(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    // A run does not know yet of an end that is late; what hangs must not take all the time, nor
    // each time anew.
    TimeBudget.awaitNoneLeft(endsHang ? BESIDE_A_HANG : patience.dividedBy(4));
    endsHang = TimeBudget.left() > 0;
    while (!settled()) {
      if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      Backstage.await(Duration.ofMillis(50));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    return Backstage.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
  }

  /** Whether all fits that are over have ended runs. */
  static boolean settled() {
    return LIVE.stream().allMatch(run -> run.end == null) && UserFitRun.settled();
  }
}
