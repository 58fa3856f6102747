package io.runlake.spark;

import io.runlake.autolog.AutologRules;
import io.runlake.autolog.FitCost;
import io.runlake.autolog.FitRecord;
import io.runlake.autolog.ModelRecord;
import io.runlake.spark.FitRun.FitEnd;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.ActiveRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
  private static final Duration START_PATIENCE = Duration.ofSeconds(10);

  private final SparkSession session;
  private final SparkContext context;
  private final AutologSettings settings;
  private final FitRun run;
  private final boolean strict;
  private final String token = FitTokens.begin();
  private final String tokenBefore;
  private final AtomicBoolean over = new AtomicBoolean();
  private Optional<StructType> schema = Optional.empty();
  private Optional<Dataset<?>> data = Optional.empty();

  FitScope(SparkSession session, AutologSettings settings, FitRun run, boolean asked) {
    this.session = session;
    this.context = session.sparkContext();
    this.settings = settings;
    this.run = run;
    this.strict = asked && settings.strict();
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
      FitRecord record = AutologRules.onFit(FactsReader.estimator(estimator));
      List<DatasetRef> inputs = settings.inputs() ? FactsReader.inputs(data) : List.of();
      run.begin(record, inputs);
    } catch (Throwable e) {
      failed("the start of a fit could not be logged", e);
    }
    return this;
  }

  /** The end, with the model or what the fit threw. */
  @Override
  public void accept(Object model, Throwable thrown) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    try {
      CompletableFuture<FitCost> cost = new CompletableFuture<>();
      CostListener.install(context).close(token, cost::complete);
      if (thrown == null) {
        FittedModels.remember(model, run);
      }
      run.end(thrown == null ? fitted(model) : failed(thrown), cost);
    } catch (Throwable e) {
      failed("the end of a fit could not be logged", e);
    } finally {
      restore();
    }
  }

  private void failed(String what, Throwable error) {
    if (strict) {
      throw new IllegalStateException("Runlake: " + what, error);
    }
    Guard.failed(what, error);
  }

  private void restore() {
    try {
      FitTokens.end(token);
      context.setLocalProperty(SparkProperties.FIT_TOKEN, tokenBefore);
    } catch (Throwable e) {
      Guard.failed("a local property could not be restored", e);
    }
  }

  private static FitEnd failed(Throwable thrown) {
    return new FitEnd(ModelRecord.none(), Optional.empty(), Optional.of(thrown));
  }

  private FitEnd fitted(Object model) {
    return new FitEnd(figures(model), save(model), Optional.empty());
  }

  private ModelRecord figures(Object model) {
    try (OwnWork own = new OwnWork(context)) {
      return AutologRules.onModel(
          FactsReader.model(model, settings.jobSummaries(), trainingData()));
    } catch (Throwable e) {
      failed("the training summary of a model could not be read", e);
      return ModelRecord.none();
    }
  }

  private TrainingData trainingData() {
    return data.map(known -> TrainingData.of(known, settings.jobSummaries()))
        .orElse(TrainingData.unknown());
  }

  private Optional<ModelSaver.Outcome> save(Object model) {
    if (!settings.models() || !(model instanceof Transformer fitted) || context.isStopped()) {
      return Optional.empty();
    }
    Optional<ActiveRun> into = run.await(START_PATIENCE);
    if (into.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ModelSaver.save(
            session,
            new ModelSaver.Request(
                fitted,
                into.get().artifactUri() + "/" + MODEL_FOLDER,
                into.get().id().value(),
                MODEL_FOLDER,
                schema),
            settings.saveTimeout()));
  }
}
