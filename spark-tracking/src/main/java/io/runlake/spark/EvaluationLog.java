package io.runlake.spark;

import io.runlake.evaluate.Evaluation;
import io.runlake.evaluate.Verdict;
import io.runlake.spark.Predictions.Made;
import io.runlake.store.DatasetRef;
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
      List<DatasetRef> inputs = FactsReader.inputs(predictions, "eval");
      Optional<Into> run = run();
      if (run.isEmpty()) {
        LOG.info("The evaluation is not logged: there is no run to log it to.");
        return;
      }
      run.get().log(log -> write(log, evaluation, inputs));
      LOGGED.put(evaluation, new Logged(run.get(), options.prefix()));
    } catch (Throwable e) {
      Guard.failed(FAILED, e);
    }
  }

  /** Into the run that the evaluation was logged to, if there was one. */
  static void log(Evaluation evaluation, Verdict verdict) {
    try {
      LOGGED
          .get(evaluation)
          .ifPresent(
              known -> {
                String key = "runlake." + known.prefix() + "verdict";
                known.run().log(log -> RunFacts.tag(log, key, verdict.toString()));
              });
    } catch (Throwable e) {
      Guard.failed("a verdict could not be logged", e);
    }
  }

  private Optional<Into> run() {
    if (options.run().isPresent()) {
      RunLog asked = options.run().get();
      return Optional.of(facts -> facts.accept(asked));
    }
    Optional<FitRun> fit = options.model().flatMap(FittedModels::of).or(this::ofThePredictions);
    SparkSession session = predictions.sparkSession();
    return fit.or(
            () ->
                UserRuns.current(session.sparkContext())
                    .map(run -> Fits.usersRun(session, Fits.settings(session, true), run)))
        .map(run -> facts -> run.log(FAILED, facts));
  }

  /** The run of the one model that made the predictions, where autologging saw it. */
  private Optional<FitRun> ofThePredictions() {
    List<FitRun> runs = Predictions.in(predictions).stream().map(Made::run).distinct().toList();
    return runs.size() == 1 ? Optional.of(runs.get(0)) : Optional.empty();
  }

  private void write(RunLog run, Evaluation evaluation, List<DatasetRef> inputs) {
    Map<String, Double> metrics = new HashMap<>();
    evaluation.metrics().forEach((name, value) -> metrics.put(options.prefix() + name, value));
    run.logMetrics(metrics);
    evaluation.artifacts().forEach((file, text) -> run.logText(text, options.prefix() + file));
    RunFacts.inputs(run, inputs);
  }
}
