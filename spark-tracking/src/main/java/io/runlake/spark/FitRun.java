package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.autolog.ModelRecord;
import io.runlake.autolog.TuningRecord;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunLog;
import io.runlake.tracking.RunSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Where the facts of one outermost fit go. None of these methods throws. */
interface FitRun {
  /** At the start of the fit. */
  void begin(FitRecord record, List<DatasetRef> inputs);

  /** The run, for saving the model into it; waits for its start, but no longer than that. */
  Optional<ActiveRun> await(Duration patience);

  /**
   * Facts that come up after the fit: written soon, whether the run is live or has ended.
   *
   * @param what what is not done if it fails, for the warning
   */
  void log(String what, Consumer<RunLog> facts);

  /** What was evaluated for this run. */
  EvaluationBook evaluations();

  /**
   * At the end of the fit.
   *
   * @param end what is known
   * @param cost comes later
   */
  void end(FitEnd end, CompletableFuture<FitCost> cost);

  /**
   * What is known at the end of a fit.
   *
   * @param record the figures of the training summary
   * @param models what became of the saves; empty if nothing was to be saved
   * @param registration what is to be registered of the saved models
   * @param searches the searches over param maps in the fit
   * @param thrown what the fit threw; empty if it returned a model
   */
  record FitEnd(
      ModelRecord record,
      List<ModelSaver.Outcome> models,
      Optional<Registration> registration,
      List<Search> searches,
      Optional<Throwable> thrown) {

    /** Of what was no fit. */
    static FitEnd nothing() {
      return new FitEnd(
          ModelRecord.none(), List.of(), Optional.empty(), List.of(), Optional.empty());
    }
  }

  /**
   * A search over param maps.
   *
   * @param child user, source and tags of its child runs
   * @param start the start of the fit
   * @param costs of each child the costs of its trials, which come later; empty if nobody saw them
   */
  record Search(
      TuningRecord record,
      RunSpec child,
      Instant start,
      List<List<CompletableFuture<FitCost>>> costs) {

    /** What a child cost, as far as it is known by now; empty if nothing is. */
    Optional<FitCost> cost(int child) {
      if (child >= costs.size()) {
        return Optional.empty();
      }
      List<CompletableFuture<FitCost>> trials = costs.get(child);
      Optional<FitCost> known =
          trials.stream()
              .filter(CompletableFuture::isDone)
              .map(CompletableFuture::join)
              .reduce(FitCost::plus);
      return trials.stream().allMatch(CompletableFuture::isDone)
          ? known
          : known.map(FitCost::incomplete);
    }
  }
}
