package io.runlake.spark;

import io.runlake.evaluate.Evaluation;
import io.runlake.spark.Predictions.Made;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.RunLog;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what an evaluation found into the run that it belongs to. What cannot be logged is a
 * warning: the figures are what the caller wanted.
 */
final class EvaluationLog {
  private static final String FAILED = "an evaluation could not be logged";
  private static final Logger LOG = LoggerFactory.getLogger(Evaluate.class);

  private final Dataset<?> predictions;
  private final EvaluateOptions options;

  EvaluationLog(Dataset<?> predictions, EvaluateOptions options) {
    this.predictions = predictions;
    this.options = options;
  }

  void log(Evaluation evaluation) {
    try {
      List<DatasetRef> inputs = FactsReader.inputs(predictions, "eval");
      Consumer<RunLog> facts = run -> write(run, evaluation, inputs);
      if (options.run().isPresent()) {
        facts.accept(options.run().get());
        return;
      }
      Optional<FitRun> fit = options.model().flatMap(FittedModels::of).or(this::ofThePredictions);
      if (fit.isPresent()) {
        fit.get().log(FAILED, facts);
        return;
      }
      UserRuns.current(predictions.sparkSession().sparkContext())
          .ifPresentOrElse(
              facts, () -> LOG.info("The evaluation is not logged: there is no run to log it to."));
    } catch (Throwable e) {
      Guard.failed(FAILED, e);
    }
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
