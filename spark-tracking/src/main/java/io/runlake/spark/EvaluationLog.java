package io.runlake.spark;

import io.runlake.evaluate.Evaluation;
import io.runlake.evaluate.Verdict;
import io.runlake.spark.Predictions.Made;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what an evaluation found into the run that it belongs to. What cannot be logged is a
 * warning: the figures are what the caller wanted.
 */
final class EvaluationLog {
  private static final String FAILED = "an evaluation could not be logged";
  private static final Logger LOG = LoggerFactory.getLogger(Evaluate.class);

  /** Where the evaluations are that somebody holds. */
  private static final WeakIdentityMap<Logged> LOGGED = new WeakIdentityMap<>(10_000);

  /** A run that facts can be written to. */
  private interface Into {
    void log(Consumer<RunLog> facts);
  }

  private record Logged(Into run, String prefix) {}

  private final Dataset<?> predictions;
  private final EvaluateOptions options;

  EvaluationLog(Dataset<?> predictions, EvaluateOptions options) {
    this.predictions = predictions;
    this.options = options;
  }

  void log(Evaluation evaluation) {
    try {
      // Asked for here: on another thread the run of this one is not known.
      Optional<ActiveRun> users = UserRuns.current(predictions.sparkSession().sparkContext());
      new TimeBudget(FitScope.BUDGET).run(() -> log(evaluation, users));
    } catch (Throwable e) {
      Guard.failed(FAILED, e);
    }
  }

  private void log(Evaluation evaluation, Optional<ActiveRun> users) {
    Optional<Into> run = run(users);
    if (run.isEmpty()) {
      LOG.info("The evaluation is not logged: there is no run to log it to.");
      return;
    }
    LOGGED.put(evaluation, new Logged(run.get(), options.prefix()));
    List<DatasetRef> inputs = FactsReader.inputs(predictions, "eval");
    run.get().log(log -> write(log, evaluation, inputs));
  }

  /** Into the run that the evaluation was logged to, if there was one. */
  static void log(Evaluation evaluation, Verdict verdict) {
    try {
      Optional<Logged> known = LOGGED.get(evaluation);
      if (known.isPresent()) {
        String key = "runlake." + known.get().prefix() + "verdict";
        new TimeBudget(FitScope.BUDGET)
            .run(() -> known.get().run().log(log -> RunFacts.tag(log, key, verdict.toString())));
      }
    } catch (Throwable e) {
      Guard.failed("a verdict could not be logged", e);
    }
  }

  private Optional<Into> run(Optional<ActiveRun> users) {
    if (options.run().isPresent()) {
      RunLog asked = options.run().get();
      return Optional.of(
          asked instanceof ActiveRun theirs
              ? into(usersRun(theirs))
              : facts -> facts.accept(asked));
    }
    return options
        .model()
        .flatMap(FittedModels::of)
        .or(this::ofThePredictions)
        .or(() -> users.map(this::usersRun))
        .map(EvaluationLog::into);
  }

  private static Into into(FitRun run) {
    return facts -> run.log(FAILED, facts);
  }

  /** Which the user may end before a slow storage has answered. */
  private FitRun usersRun(ActiveRun run) {
    SparkSession session = predictions.sparkSession();
    return Fits.usersRun(session, Fits.settings(session, true), run);
  }

  /** The run of the one model that made the predictions, where autologging saw it. */
  private Optional<FitRun> ofThePredictions() {
    List<FitRun> runs = Predictions.in(predictions).stream().map(Made::run).distinct().toList();
    return runs.size() == 1 ? Optional.of(runs.get(0)) : Optional.empty();
  }

  private void write(RunLog run, Evaluation evaluation, List<DatasetRef> inputs) {
    Map<String, Double> metrics = new HashMap<>();
    evaluation.metrics().forEach((name, value) -> metrics.put(options.prefix() + name, value));
    long step = MicroBatch.of(inputs).map(MicroBatch::number).orElse(0L);
    boolean taken = RunFacts.metrics(run, metrics, step);
    for (Map.Entry<String, String> file : evaluation.artifacts().entrySet()) {
      taken &= RunFacts.text(run, file.getValue(), options.prefix() + file.getKey());
    }
    if (!taken) {
      Guard.say(
          "evaluation",
          "not all metrics and files of an evaluation are in run "
              + run.id()
              + ": it was closed, or a name with the prefix \""
              + options.prefix()
              + "\" is none that it takes. The causes are logged at level DEBUG.");
    }
    RunFacts.inputs(run, MicroBatch.whole(inputs));
  }
}
