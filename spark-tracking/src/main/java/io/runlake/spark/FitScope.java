package io.runlake.spark;

import io.runlake.autolog.AutologRules;
import io.runlake.autolog.EstimatorFacts;
import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.autolog.ModelRecord;
import io.runlake.spark.FitRun.FitEnd;
import io.runlake.spark.FitRun.Search;
import io.runlake.spark.TuningReader.Found;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * One outermost fit from its start to its end, on the fitting thread. While it lasts the thread and
 * those that it makes carry its token; at the end the properties are as they were. Never throws,
 * but in strict mode and where the user's code calls Runlake itself.
 */
final class FitScope implements BiConsumer<Object, Throwable> {
  private static final String MODEL_FOLDER = "model";
  private static final String BEST_FOLDER = "best_model";
  private static final Duration START_PATIENCE = Duration.ofSeconds(10);
  private static final String INTERRUPTED = "the fitting thread was interrupted";

  /** Why a model is not saved whose run has not begun. */
  static final String SILENT = "storage did not answer in time";

  /** What a fit waits for Runlake when something hangs; the save of its model has its own. */
  static final Duration BUDGET = Duration.ofSeconds(2);

  private final SparkSession session;
  private final SparkContext context;
  private final AutologSettings settings;
  private final FitRun run;
  private final boolean strict;
  private final TuningWatch watch = new TuningWatch();
  private final String token = FitTokens.begin(watch);
  private final Instant start = Instant.now();
  private final String tokenBefore;
  private final AtomicBoolean over = new AtomicBoolean();
  private final TimeBudget budget;
  private Optional<StructType> schema = Optional.empty();
  private Optional<Dataset<?>> data = Optional.empty();
  private volatile Optional<EstimatorFacts> facts = Optional.empty();
  private Optional<String> group = Optional.empty();

  FitScope(SparkSession session, AutologSettings settings, FitRun run, boolean asked) {
    this.session = session;
    this.context = session.sparkContext();
    this.settings = settings;
    this.run = run;
    this.strict = asked && settings.strict();
    this.budget = new TimeBudget(BUDGET);
    this.tokenBefore = context.getLocalProperty(SparkProperties.FIT_TOKEN);
    context.setLocalProperty(SparkProperties.FIT_TOKEN, token);
  }

  /** Copies what is known at the start. The token is set already, so inner fits stay inner. */
  FitScope begin(Estimator<?> estimator, Dataset<?> data) {
    try {
      CostListener.install(context).open(token);
      this.data = Optional.of(data);
      if (settings.signatures()) {
        schema = Optional.of(data.schema());
      }
      Set<String> parts = InnerParts.uids(estimator);
      watch.holds(parts);
      SparkCompat.post(context, new FitOpened(token, InnerParts.uid(estimator), parts));
      watch.search(estimator instanceof TrackedEstimator<?> t ? t.inner() : estimator, data);
      Optional<FitGroups.Joined> joined = FitGroups.joins(data);
      group = joined.map(FitGroups.Joined::group);
      budget.run(
          () -> {
            logStart(estimator, data);
            joined.ifPresent(known -> known.tell(run));
          });
    } catch (Throwable e) {
      try {
        failed("the start of a fit could not be logged", e, null);
      } catch (IllegalStateException strictly) {
        restore();
        throw strictly;
      }
    }
    return this;
  }

  private void logStart(Estimator<?> estimator, Dataset<?> data) {
    facts = Optional.of(FactsReader.estimator(estimator));
    FitRecord record = Fits.record(facts.get(), data);
    List<DatasetRef> inputs = settings.inputs() ? FactsReader.inputs(data, facts.get()) : List.of();
    run.begin(record, inputs);
  }

  /** The end, with the model or what the fit threw. */
  @Override
  public void accept(Object model, Throwable thrown) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    try {
      if (thrown != null) {
        watch.threw();
      }
      watch.over();
      CompletableFuture<FitCost> cost = new CompletableFuture<>();
      CostListener.install(context).close(token, cost::complete);
      if (thrown == null) {
        FittedModels.remember(model, run);
        TuningReader.bestModels(model).forEach(best -> FittedModels.remember(best, run));
        FitGroups.fitted(run, group);
      } else {
        FitGroups.failed();
      }
      ModelRecord record = thrown == null ? figures(model) : ModelRecord.none();
      List<ModelSaver.Outcome> saves = thrown == null ? save(model) : List.of();
      budget.run(
          () ->
              run.end(
                  new FitEnd(
                      record,
                      saves,
                      registration(saves),
                      searches(thrown == null ? model : null),
                      Optional.ofNullable(thrown)),
                  cost));
    } catch (Throwable e) {
      failed("the end of a fit could not be logged", e, thrown);
    } finally {
      restore();
    }
  }

  /** What the user's fit threw goes first, always. */
  private void failed(String what, Throwable error, Throwable users) {
    if (!strict) {
      Guard.failed(what, error);
    } else if (users == null) {
      throw new IllegalStateException("Runlake: " + what, error);
    } else {
      users.addSuppressed(error);
    }
  }

  private void restore() {
    try {
      watch.over();
      FitTokens.end(token);
      TuningWatch.forget();
      context.setLocalProperty(SparkProperties.FIT_TOKEN, tokenBefore);
    } catch (Throwable e) {
      Guard.failed("a local property could not be restored", e);
    }
  }

  /** Of a search the best model is registered, which is the last that is saved. */
  private Optional<Registration> registration(List<ModelSaver.Outcome> saves) {
    return saves.isEmpty()
        ? Optional.empty()
        : settings
            .registeredModel()
            .flatMap(
                name ->
                    saves
                        .get(saves.size() - 1)
                        .saved()
                        .map(model -> new Registration(name, model)));
  }

  /**
   * Once the start is logged, without which nothing is known of the estimator.
   *
   * @param model null if the fit threw
   */
  private List<Search> searches(Object model) {
    try {
      return facts
          .map(root -> TuningReader.read(model, watch, root))
          .map(found -> searches(found, session, settings, start))
          .orElse(List.of());
    } catch (Throwable e) {
      failed("the search of a fit could not be read", e, null);
      return List.of();
    }
  }

  /** As runs need them, with what their children have of the session. */
  static List<Search> searches(
      List<Found> found, SparkSession session, AutologSettings settings, Instant start) {
    RunSpec child =
        SparkTags.origin(RunSpec.of(settings.experiment()), session)
            .withTags(SparkTags.of(session))
            .withTags(settings.tags());
    return found.stream()
        .map(search -> new Search(search.record(), child, start, search.costs()))
        .toList();
  }

  private ModelRecord figures(Object model) {
    // What is read too late is lost, so this has the time of a save.
    TimeBudget patience = new TimeBudget(settings.saveTimeout());
    try (OwnWork own = new OwnWork(context)) {
      return patience.call(
          () ->
              AutologRules.onModel(
                  FactsReader.model(model, settings.jobSummaries(), trainingData())));
    } catch (Throwable e) {
      failed("the training summary of a model could not be read", e, null);
      return ModelRecord.none();
    }
  }

  private TrainingData trainingData() {
    return data.map(known -> TrainingData.of(known, settings.jobSummaries()))
        .orElse(TrainingData.unknown());
  }

  /** Saves the model and, as MLflow does, what a search found once more by itself. */
  private List<ModelSaver.Outcome> save(Object model) {
    if (!settings.models() || !(model instanceof Transformer fitted) || context.isStopped()) {
      return List.of();
    }
    Optional<ActiveRun> into = run.await(min(START_PATIENCE, settings.saveTimeout()));
    if (into.isEmpty()) {
      String why = Thread.currentThread().isInterrupted() ? INTERRUPTED : SILENT;
      return List.of(new ModelSaver.Outcome(Optional.empty(), why));
    }
    Optional<InputExamples> examples =
        settings.examples() ? data.map(InputExamples::new) : Optional.empty();
    long start = System.nanoTime();
    List<ModelSaver.Outcome> outcomes = new ArrayList<>();
    outcomes.add(save(fitted, MODEL_FOLDER, into.get(), examples, settings.saveTimeout()));
    Duration left = settings.saveTimeout().minusNanos(System.nanoTime() - start);
    Tuner.of(model)
        .flatMap(Tuner::bestModel)
        .map(best -> save(best, BEST_FOLDER, into.get(), examples, left))
        .ifPresent(outcomes::add);
    return outcomes;
  }

  private ModelSaver.Outcome save(
      Transformer fitted,
      String folder,
      ActiveRun into,
      Optional<InputExamples> examples,
      Duration budget) {
    return ModelSaver.save(
        session,
        new ModelSaver.Request(
            fitted, into.artifactUri() + "/" + folder, into.id().value(), folder, schema, examples),
        budget.isNegative() ? Duration.ZERO : budget);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
