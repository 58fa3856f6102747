package io.runlake.spark;

import io.runlake.evaluate.Evaluation;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.RunLog;
import io.runlake.tracking.Runlake;
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
  private static final Logger LOG = LoggerFactory.getLogger(Evaluate.class);

  private final Dataset<?> predictions;
  private final SparkSession session;
  private final EvaluateOptions options;

  EvaluationLog(Dataset<?> predictions, EvaluateOptions options) {
    this.predictions = predictions;
    this.session = predictions.sparkSession();
    this.options = options;
  }

  void log(Evaluation evaluation) {
    try {
      if (options.run().isPresent()) {
        write(options.run().get(), evaluation);
      } else if (!toRunOfModel(run -> write(run, evaluation))) {
        UserRuns.current(session.sparkContext())
            .ifPresentOrElse(
                run -> write(run, evaluation),
                () -> LOG.info("The evaluation is not logged: there is no run to log it to."));
      }
    } catch (RuntimeException e) {
      LOG.warn("Runlake: an evaluation could not be logged: {}", Guard.firstLine(e), e);
    }
  }

  /** Writes to the run of the model's fit; false if there is none. */
  private boolean toRunOfModel(Consumer<RunLog> write) {
    Optional<FitRun> fit = options.model().flatMap(FittedModels::of);
    Optional<ActiveRun> run = fit.flatMap(known -> known.await(OwnFitRun.PATIENCE));
    if (run.isEmpty()) {
      return false;
    }
    OwnFitRun.awaitSettled(OwnFitRun.PATIENCE);
    if (!run.get().ended()) {
      write.accept(run.get());
      return true;
    }
    AutologSettings settings = Fits.settings(session, true);
    Runlake runlake =
        TrackingTarget.open(
            TrackingTarget.of(session), SparkTags.fileSystem(session), settings.flushInterval());
    try (RunEditor editor = runlake.edit(run.get().id())) {
      write.accept(editor);
      editor.flush();
    }
    return true;
  }

  private void write(RunLog run, Evaluation evaluation) {
    Map<String, Double> metrics = new HashMap<>();
    evaluation.metrics().forEach((name, value) -> metrics.put(options.prefix() + name, value));
    run.logMetrics(metrics);
    evaluation.artifacts().forEach((file, text) -> run.logText(text, options.prefix() + file));
    List<DatasetRef> inputs = FactsReader.inputs(predictions, "eval");
    inputs.forEach(run::logInput);
  }
}
