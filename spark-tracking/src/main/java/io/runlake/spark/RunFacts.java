package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.autolog.ModelRecord;
import io.runlake.autolog.TuningRecord;
import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.OutlivingLog;
import io.runlake.tracking.RunLog;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.Tags;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes facts into a run, each by itself where all at once are refused: a name that the store does
 * not take, or a param that the user's own run has with another value, must not cost the rest.
 */
final class RunFacts {
  static final String FIT_ERROR = "runlake.fit.error";
  static final String MODEL_ERROR = "runlake.model.error";
  static final String COST_COMPLETE = "runlake.cost.complete";
  static final String DROPPED_EVENTS = "runlake.cost.dropped_events";

  private static final String DROPPED =
      " events were dropped by Spark, whose queue for listeners was full, so the cost is too low;"
          + " a larger spark.scheduler.listenerbus.eventqueue.capacity helps";
  static final String AUTOLOGGING = "mlflow.autologging";
  static final String AUTOLOGGING_VALUE = "runlake.spark.ml";
  private static final Logger LOG = LoggerFactory.getLogger(RunFacts.class);

  /** Why a model is not saved, where that was said when it became clear. */
  private static final Set<String> SAID_BEFORE = Set.of(PipelineEvents.NO_MODEL, FitScope.SILENT);

  /** What a run answers to a name or value that it does not take, or when it has ended. */
  private static final Set<ErrorCode> NOT_TAKEN =
      EnumSet.of(ErrorCode.INVALID_PARAMETER_VALUE, ErrorCode.INVALID_STATE);

  private RunFacts() {}

  static void start(RunLog run, FitRecord record, List<DatasetRef> inputs) {
    params(run, record.params());
    attempt("tags", () -> run.setTags(record.tags()));
    inputs(run, inputs);
    record.artifacts().forEach((path, text) -> attempt(path, () -> run.logText(text, path)));
  }

  static void inputs(RunLog run, List<DatasetRef> inputs) {
    inputs.forEach(input -> attempt(input.name(), () -> run.logInput(input)));
  }

  static void point(RunLog run, String key, double value, long step, Instant at) {
    attempt(key, () -> run.logMetric(key, value, step, at));
  }

  /** False if the run does not have it now. */
  static boolean text(RunLog run, String text, String path) {
    return attempt(path, () -> run.logText(text, path));
  }

  /**
   * Writes into a run, also if it has ended or ends meanwhile.
   *
   * @param store what changes the run when it has ended, if it is of that store
   */
  static void write(ActiveRun run, Optional<Supplier<Runlake>> store, Consumer<RunLog> facts) {
    try (OutlivingLog log = run.outliving(store)) {
      facts.accept(log);
    }
  }

  static void end(RunLog run, FitRun.FitEnd end) {
    summary(run, end.record());
    files(run, end.record());
    end.models().forEach(outcome -> model(run, outcome));
    end.searches().forEach(search -> search(run, search.record()));
  }

  private static void search(RunLog run, TuningRecord search) {
    params(run, search.params());
    metrics(run, search.metrics());
    search.artifacts().forEach((path, text) -> text(run, text, path));
  }

  /** The cost of a fit, with a tag if events were lost. */
  static void cost(RunLog run, FitCost cost) {
    metrics(run, cost.metrics());
    if (!cost.complete()) {
      tag(run, COST_COMPLETE, "false");
    }
    if (cost.droppedEvents() > 0) {
      tag(run, DROPPED_EVENTS, Long.toString(cost.droppedEvents()));
      tag(run, Tags.INCOMPLETE, cost.droppedEvents() + DROPPED);
    }
  }

  static void metrics(RunLog run, Map<String, Double> metrics) {
    metrics(run, metrics, 0);
  }

  /** False if the run does not have all of them now. */
  static boolean metrics(RunLog run, Map<String, Double> metrics, long step) {
    try {
      run.logMetrics(metrics, step);
      return true;
    } catch (RuntimeException refused) {
      boolean all = true;
      for (Map.Entry<String, Double> one : metrics.entrySet()) {
        all &= attempt(one.getKey(), () -> run.logMetric(one.getKey(), one.getValue(), step));
      }
      return all;
    }
  }

  static void tag(RunLog run, String key, String value) {
    attempt(key, () -> run.setTag(key, value));
  }

  private static void params(RunLog run, Map<String, String> params) {
    try {
      run.logParams(params);
    } catch (RuntimeException refused) {
      params.forEach((key, value) -> attempt(key, () -> run.logParam(key, value)));
    }
  }

  private static void summary(RunLog run, ModelRecord record) {
    metrics(run, record.metrics());
    Instant now = Instant.now();
    record
        .steppedMetrics()
        .forEach(
            (key, values) -> {
              for (int step = 0; step < values.size(); step++) {
                int at = step;
                attempt(key, () -> run.logMetric(key, values.get(at), at, now));
              }
            });
  }

  private static void files(RunLog run, ModelRecord record) {
    record.artifacts().forEach((path, text) -> attempt(path, () -> run.logText(text, path)));
  }

  private static void model(RunLog run, ModelSaver.Outcome outcome) {
    outcome.saved().ifPresent(saved -> attempt("model", () -> ModelHistory.add(run, saved)));
    if (outcome.saved().isEmpty()) {
      attempt("model", () -> run.setTag(MODEL_ERROR, outcome.problem()));
    }
    if (outcome.saved().isEmpty() && !SAID_BEFORE.contains(outcome.problem())) {
      Guard.say(
          "model",
          "the model of run "
              + run.id()
              + " was not saved: "
              + outcome.problem()
              + ". The run says so in its tag "
              + MODEL_ERROR
              + "; this is said once.");
    }
  }

  private static boolean attempt(String what, Runnable log) {
    try {
      log.run();
      return true;
    } catch (TrackingException refused) {
      if (!NOT_TAKEN.contains(refused.errorCode())) {
        Guard.lost(what + " could not be logged", refused);
      }
      LOG.debug("The run does not take {}.", what, refused);
    } catch (Throwable failed) {
      Guard.lost(what + " could not be logged", failed);
    }
    return false;
  }
}
