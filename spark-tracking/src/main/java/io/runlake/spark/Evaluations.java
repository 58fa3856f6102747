package io.runlake.spark;

import io.runlake.autolog.FitRecord;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/** Logs what an evaluator says. */
final class Evaluations {
  private static final String METRIC = "metricName";

  private Evaluations() {}

  static double evaluate(Evaluator evaluator, Dataset<?> predictions) {
    double value = evaluator.evaluate(predictions);
    try {
      log(evaluator, predictions, value);
    } catch (Throwable e) {
      Guard.failed("an evaluation could not be logged", e);
    }
    return value;
  }

  private static void log(Evaluator evaluator, Dataset<?> predictions, double value) {
    SparkSession session = predictions.sparkSession();
    SparkContext context = session.sparkContext();
    AutologSettings settings = Fits.settings(session, true);
    if (Guard.off()
        || !settings.enabled()
        || FitTokens.isLive(context.getLocalProperty(SparkProperties.FIT_TOKEN))) {
      return;
    }
    Attachment.attach(context);
    Map<String, Double> metric = Map.of(name(evaluator), value);
    List<DatasetRef> inputs =
        settings.inputs() ? FactsReader.inputs(predictions, "eval") : List.of();
    Optional<ActiveRun> users = UserRuns.current(context);
    if (users.isPresent()) {
      RunFacts.start(users.get(), new FitRecord(Map.of(), Map.of(), Map.of()), inputs);
      RunFacts.metrics(users.get(), metric);
      return;
    }
    settings
        .trackingUri()
        .ifPresent(uri -> ownRun(session, settings, uri, evaluator, metric, inputs));
  }

  private static void ownRun(
      SparkSession session,
      AutologSettings settings,
      String uri,
      Evaluator evaluator,
      Map<String, Double> metric,
      List<DatasetRef> inputs) {
    RunSpec spec =
        SparkTags.origin(RunSpec.of(settings.experiment()), session)
            .withTags(SparkTags.of(session));
    Map<String, String> fileSystem = SparkTags.fileSystem(session);
    Map<String, String> tags = Map.of("evaluator_class", evaluator.getClass().getName());
    Backstage.later(
        "the run of an evaluation could not be logged",
        () -> {
          ActiveRun run =
              UserRuns.startOurs(
                  () ->
                      TrackingTarget.open(uri, fileSystem, settings.flushInterval())
                          .startRun(spec));
          RunFacts.start(run, new FitRecord(Map.of(), tags, Map.of()), inputs);
          RunFacts.metrics(run, metric);
          run.endRun();
        });
  }

  private static String name(Evaluator evaluator) {
    return evaluator.hasParam(METRIC) && evaluator.isDefined(evaluator.getParam(METRIC))
        ? String.valueOf(evaluator.getOrDefault(evaluator.getParam(METRIC)))
        : evaluator.getClass().getSimpleName();
  }
}
