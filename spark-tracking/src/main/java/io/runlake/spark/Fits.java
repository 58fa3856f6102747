package io.runlake.spark;

import io.runlake.autolog.AutologRules;
import io.runlake.autolog.EstimatorFacts;
import io.runlake.autolog.FitRecord;
import io.runlake.store.RunId;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/**
 * The one door through which fits come to autologging, woven or wrapped: it decides whether a fit
 * is an outermost one that is to be logged, and into which run. Throws in strict mode alone.
 */
final class Fits {
  private Fits() {}

  /** The hook of woven fits: inside a live fit they belong to it. */
  static BiConsumer<Object, Throwable> fitting(Estimator<?> estimator, Dataset<?> data) {
    try {
      if (TaskContext.get() != null) {
        return null;
      }
      SparkContext context = data.sparkSession().sparkContext();
      String token = context.getLocalProperty(SparkProperties.FIT_TOKEN);
      Optional<TuningWatch> outer = FitTokens.watch(token);
      if (outer.isPresent()) {
        return OwnWork.isMarked(context) ? null : outer.get().fitting(estimator, data);
      }
      if (leftBehind(estimator, token)) {
        return unlogged(estimator, context);
      }
    } catch (Throwable e) {
      Guard.failed("a fit could not be looked at", e);
      return null;
    }
    return enter(estimator, data, false).orElse(null);
  }

  /** Whether a fit is what a thread goes on with of a fit that threw: Spark does not stop it. */
  private static boolean leftBehind(Estimator<?> estimator, String token) {
    Set<String> left = FitTokens.leftBehind(token);
    return !left.isEmpty() && (TuningWatch.inTrial() || left.contains(estimator.uid()));
  }

  /** A fit that is not logged, nor is anything inside it. */
  private static BiConsumer<Object, Throwable> unlogged(
      Estimator<?> estimator, SparkContext context) {
    TuningWatch nobodys = new TuningWatch();
    nobodys.holds(InnerParts.uids(estimator));
    String before = context.getLocalProperty(SparkProperties.FIT_TOKEN);
    String token = FitTokens.begin(nobodys);
    context.setLocalProperty(SparkProperties.FIT_TOKEN, token);
    return (model, thrown) -> {
      if (thrown != null) {
        nobodys.threw();
      }
      FitTokens.end(token);
      context.setLocalProperty(SparkProperties.FIT_TOKEN, before);
    };
  }

  /**
   * At the start of a fit.
   *
   * @param asked whether the user's code calls Runlake itself, so that no plugin is needed
   * @return what hears of the end; empty if the fit is not logged
   */
  static Optional<FitScope> enter(Estimator<?> estimator, Dataset<?> data, boolean asked) {
    Optional<FitScope> scope = scope(estimator, data, asked);
    scope.ifPresent(entered -> entered.begin(estimator, data));
    return scope;
  }

  private static Optional<FitScope> scope(Estimator<?> estimator, Dataset<?> data, boolean asked) {
    try {
      if (Guard.off() || TaskContext.get() != null) {
        return Optional.empty();
      }
      SparkSession session = data.sparkSession();
      SparkContext context = session.sparkContext();
      String token = context.getLocalProperty(SparkProperties.FIT_TOKEN);
      if (context.isStopped()
          || OwnWork.isMarked(context)
          || FitTokens.isLive(token)
          || leftBehind(estimator, token)) {
        return Optional.empty();
      }
      AutologSettings settings = settings(session, asked || Attachment.hasPlugin(context));
      if (!settings.enabled() || !settings.estimators().logs(inner(estimator).getClass())) {
        return Optional.empty();
      }
      Attachment.attach(context);
      return run(session, settings, estimator)
          .map(run -> new FitScope(session, settings, run, asked));
    } catch (Throwable e) {
      Guard.failed("a fit could not be looked at", e);
      return Optional.empty();
    }
  }

  /**
   * A pipeline's fit of which an event told, on another thread than its own: its cost is not known,
   * and its model cannot be saved any more.
   */
  static Optional<FitRun> heardOf(Pipeline pipeline, Dataset<?> data) {
    SparkSession session = data.sparkSession();
    AutologSettings settings = settings(session, Attachment.hasPlugin(session.sparkContext()));
    if (Guard.off() || !settings.enabled() || !settings.estimators().logs(pipeline.getClass())) {
      return Optional.empty();
    }
    Optional<FitRun> run = run(session, settings, pipeline);
    run.ifPresent(
        known -> {
          known.begin(
              record(FactsReader.estimator(pipeline), data),
              settings.inputs() ? FactsReader.inputs(data) : List.of());
        });
    return run;
  }

  /** What a run has from the start. */
  static FitRecord record(EstimatorFacts estimator, Dataset<?> data) {
    FitRecord record = AutologRules.onFit(estimator);
    return SearchGroups.of(estimator.uid(), data)
        .map(group -> record.withTag(SearchGroups.TAG, group))
        .orElse(record);
  }

  static AutologSettings settings(SparkSession session, boolean enabledByDefault) {
    return AutologSettings.read(ScalaInterop.settings(session), enabledByDefault);
  }

  private static Optional<FitRun> run(
      SparkSession session, AutologSettings settings, Estimator<?> estimator) {
    Map<String, String> tags = SparkTags.of(session);
    Optional<ActiveRun> users = UserRuns.current(session.sparkContext());
    if (users.isPresent()) {
      if (settings.exclusive()) {
        return Optional.empty();
      }
      ActiveRun parent = users.get();
      if (UserRuns.claim(parent)) {
        return Optional.of(new UserFitRun(parent, tags, TrackingTarget.of(session, settings)));
      }
      RunSpec child = SparkTags.origin(RunSpec.named(estimatorName(estimator)), session);
      RunSpec timed =
          child
              .withId(RunId.newId(Instant.now()))
              .withStartTime(Instant.now())
              .withTags(tags)
              .withTags(settings.tags());
      Optional<Supplier<Runlake>> store = TrackingTarget.of(session, settings);
      return Optional.of(new OwnFitRun(() -> parent.startNested(timed, store), store));
    }
    return ownRun(session, settings).map(run -> run);
  }

  /** The user's run, for what comes up outside fits. */
  static FitRun usersRun(SparkSession session, AutologSettings settings, ActiveRun run) {
    return new UserFitRun(run, Map.of(), TrackingTarget.of(session, settings));
  }

  /** A run of autologging's own; empty, with a word to the user, if no store is named. */
  static Optional<OwnFitRun> ownRun(SparkSession session, AutologSettings settings) {
    Optional<Supplier<Runlake>> store = TrackingTarget.of(session, settings);
    if (store.isEmpty()) {
      Guard.say(
          "uri",
          "fits are not logged: on the master "
              + session.sparkContext().master()
              + " the default "
              + AutologSettings.DEFAULT_URI
              + " would vanish with its container. Set "
              + AutologSetting.TRACKING_URI.key()
              + ", for instance to delta:hdfs:///runlake.");
      return Optional.empty();
    }
    RunSpec spec =
        SparkTags.origin(RunSpec.of(settings.experiment()), session)
            .withId(RunId.newId(Instant.now()))
            .withStartTime(Instant.now())
            .withTags(SparkTags.of(session))
            .withTags(settings.tags());
    return Optional.of(new OwnFitRun(() -> store.get().get().startRun(spec), store));
  }

  private static Estimator<?> inner(Estimator<?> estimator) {
    return estimator instanceof TrackedEstimator<?> tracked ? tracked.inner() : estimator;
  }

  private static String estimatorName(Estimator<?> estimator) {
    return estimator.getClass().getSimpleName();
  }
}
