package io.runlake.spark;

import io.runlake.autolog.EstimatorFacts;
import io.runlake.autolog.FitRecord;
import io.runlake.autolog.MetricNames;
import io.runlake.spark.FitRun.FitEnd;
import io.runlake.spark.Predictions.Made;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/**
 * Logs what evaluators say, woven or asked for: into the run of the model that made the data, else
 * into the user's run that the thread is in, else into a run of its own. Evaluations inside a fit
 * belong to that fit.
 */
final class Evaluations {
  private static final String METRIC = "metricName";
  private static final String INFO = "metric_info.json";
  private static final ThreadLocal<Boolean> EVALUATING = new ThreadLocal<>();

  private Evaluations() {}

  /** The hook of woven evaluations; evaluators inside the outermost one are a part of it. */
  static BiConsumer<Object, Throwable> evaluating(Evaluator evaluator, Dataset<?> data) {
    if (EVALUATING.get() != null) {
      return null;
    }
    EVALUATING.set(true);
    Trial trial = TuningWatch.awaiting(evaluator);
    return (value, thrown) -> {
      EVALUATING.remove();
      if (trial != null) {
        TuningWatch.scored(trial, value, thrown);
      } else if (thrown == null && value instanceof Double metric) {
        logSafely(evaluator, data, metric, Optional.empty(), false);
      }
    };
  }

  /**
   * Evaluates and logs.
   *
   * @param key what the metric is called; empty for MLflow's name
   */
  static double evaluate(Evaluator evaluator, Dataset<?> data, Optional<String> key) {
    Boolean before = EVALUATING.get();
    EVALUATING.set(true);
    double value;
    try {
      value = evaluator.evaluate(data);
    } finally {
      if (before == null) {
        EVALUATING.remove();
      }
    }
    logSafely(evaluator, data, value, key, true);
    return value;
  }

  private static void logSafely(
      Evaluator evaluator, Dataset<?> data, double value, Optional<String> key, boolean asked) {
    try {
      SparkSession session = data.sparkSession();
      SparkContext context = session.sparkContext();
      if (Guard.off()
          || TaskContext.get() != null
          || context.isStopped()
          || OwnWork.isMarked(context)
          || FitTokens.isLive(context.getLocalProperty(SparkProperties.FIT_TOKEN))) {
        return;
      }
      AutologSettings settings = Fits.settings(session, asked || Attachment.hasPlugin(context));
      if (settings.enabled() && (asked || settings.evaluations())) {
        Attachment.attach(context);
        // Asked for here: on another thread the run of this one is not known.
        Optional<ActiveRun> users = UserRuns.current(context);
        boolean alsoWithoutFit =
            asked
                || !(settings.exclusive() && users.isPresent()) && !leftBehind(evaluator, context);
        Evaluation evaluation = new Evaluation(evaluator, data, value, key, alsoWithoutFit);
        new TimeBudget(FitScope.BUDGET).run(() -> log(session, settings, evaluation, users));
      }
    } catch (Throwable e) {
      Guard.failed("an evaluation could not be logged", e);
    }
  }

  /**
   * An evaluation.
   *
   * @param key empty for MLflow's name
   * @param alsoWithoutFit whether it is logged where no run of the model is known
   */
  private record Evaluation(
      Evaluator evaluator,
      Dataset<?> data,
      double value,
      Optional<String> key,
      boolean alsoWithoutFit) {}

  /** Whether a thread goes on judging for a search that threw. */
  private static boolean leftBehind(Evaluator evaluator, SparkContext context) {
    Set<String> left = FitTokens.leftBehind(context.getLocalProperty(SparkProperties.FIT_TOKEN));
    return !left.isEmpty() && left.contains(evaluator.uid());
  }

  private static void log(
      SparkSession session,
      AutologSettings settings,
      Evaluation evaluation,
      Optional<ActiveRun> users) {
    List<DatasetRef> inputs = FactsReader.inputs(evaluation.data(), "eval");
    List<Made> made = Predictions.in(evaluation.data());
    Optional<FitRun> models = ofTheModel(made);
    if (models.isEmpty() && !evaluation.alsoWithoutFit()) {
      return;
    }
    Optional<FitRun> known =
        models.or(() -> users.map(run -> Fits.usersRun(session, settings, run)));
    if (known.isPresent()) {
      write(known.get(), evaluation, inputs, made, settings);
      return;
    }
    Optional<OwnFitRun> own = Fits.ownRun(session, settings);
    own.ifPresent(run -> alone(run, evaluation, inputs, made, settings));
  }

  /** The run of the one model that made the data; empty if none is known, or more than one. */
  private static Optional<FitRun> ofTheModel(List<Made> made) {
    List<FitRun> runs = made.stream().map(Made::run).distinct().toList();
    return runs.size() == 1 ? Optional.of(runs.get(0)) : Optional.empty();
  }

  private static void alone(
      OwnFitRun run,
      Evaluation evaluation,
      List<DatasetRef> inputs,
      List<Made> made,
      AutologSettings settings) {
    String evaluator = evaluation.evaluator().getClass().getName();
    run.begin(new FitRecord(Map.of(), Map.of("evaluator_class", evaluator), Map.of()), List.of());
    write(run, evaluation, inputs, made, settings);
    run.end(FitEnd.nothing(), CompletableFuture.completedFuture(null));
  }

  private static void write(
      FitRun run,
      Evaluation evaluation,
      List<DatasetRef> inputs,
      List<Made> made,
      AutologSettings settings) {
    EvaluationBook book = run.evaluations();
    Optional<MicroBatch> batch = MicroBatch.of(inputs);
    String key = evaluation.key().orElseGet(() -> nextKey(book, evaluation, inputs, made));
    long step = batch.map(MicroBatch::number).orElse(0L);
    EstimatorFacts facts = FactsReader.params(evaluation.evaluator());
    Instant now = Instant.now();
    run.log(
        "an evaluation could not be logged",
        log -> {
          RunFacts.point(log, key, evaluation.value(), step, now);
          book.info(key, facts).ifPresent(text -> RunFacts.text(log, text, INFO));
          if (settings.inputs()) {
            RunFacts.inputs(log, MicroBatch.whole(inputs));
          }
        });
  }

  /** Data is told apart by what went into the model, so two transforms of one data are one. */
  private static String nextKey(
      EvaluationBook book, Evaluation evaluation, List<DatasetRef> inputs, List<Made> made) {
    String metric = metric(evaluation.evaluator());
    String dataset = MetricNames.dataset(inputs);
    Optional<MicroBatch> batch = MicroBatch.of(inputs);
    if (batch.isPresent()) {
      return book.nextKeyInBatch(metric, dataset, batch.get());
    }
    Object data =
        Optional.of(made)
            .filter(known -> known.size() == 1)
            .map(known -> known.get(0).from())
            .map(WeakReference::get)
            .orElseGet(() -> evaluation.data().queryExecution().analyzed());
    return book.nextKey(metric, dataset, data);
  }

  /** The evaluator's metric, or the name of its class where it has only one. */
  static String metric(Evaluator evaluator) {
    return evaluator.hasParam(METRIC) && evaluator.isDefined(evaluator.getParam(METRIC))
        ? String.valueOf(evaluator.getOrDefault(evaluator.getParam(METRIC)))
        : evaluator.getClass().getSimpleName();
  }
}
