package io.runlake.scoring.streaming;

import io.runlake.flavor.Interrupts;
import io.runlake.flavor.ModelException;
import io.runlake.flavor.ModelUri;
import io.runlake.registry.ModelRegistry;
import io.runlake.registry.ResolvedModel;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.OutputTable;
import io.runlake.scoring.ScoringModel;
import io.runlake.scoring.streaming.Pin.Refusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Which model scores: the one that the URI means now, unless it is no good and there is an earlier
 * one. Keeps the model that is in use loaded. Used by one thread at a time.
 */
final class Models {
  private final SparkSession spark;
  private final StreamSettings settings;
  private final ModelRegistry registry;
  private final Source source;
  private final Dataset<Row> noRows;
  private final OutputTable scores;
  private final OutputTable quarantine;
  private final Map<ResolvedModel, Refusal> refused = new HashMap<>();
  private BatchPlan inUse;

  Models(
      SparkSession spark,
      StreamSettings settings,
      ModelRegistry registry,
      Source source,
      StructType input,
      OutputTable scores,
      OutputTable quarantine) {
    this.spark = spark;
    this.settings = settings;
    this.registry = registry;
    this.source = source;
    this.noRows = spark.createDataFrame(List.of(), input);
    this.scores = scores;
    this.quarantine = quarantine;
  }

  /** What is to score a batch that nobody pinned, and what was wanted instead. */
  record Choice(BatchPlan plan, List<Refusal> refused) {}

  /**
   * Gets a model ready before the first batch: that of the newest pin, or what the URI means.
   *
   * @throws JobException or another exception if there is none that can score
   */
  BatchPlan start(Optional<Pin> newest) {
    if (newest.isPresent()) {
      try {
        inUse = load(newest.get().scoringModel());
        return inUse;
      } catch (RuntimeException e) {
        // What the URI means now may do; if it does not, that error is the one to tell.
        org.slf4j.LoggerFactory.getLogger(Models.class)
            .warn("The model of the last batch cannot be used any more.", e);
      }
    }
    inUse = load(new ScoringModel(settings.model(), registry.resolve(settings.model())));
    return inUse;
  }

  /** The schema of the quarantine. */
  StructType quarantineSchema() {
    return inUse.example(noRows).quarantine().schema();
  }

  /**
   * The model for a batch that nobody pinned; reads the alias once.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile, which says nothing about
   *     any model
   */
  Choice choose() throws InterruptedException {
    if (!(settings.model() instanceof ModelUri.Alias
        || settings.model() instanceof ModelUri.Stage
        || settings.model() instanceof ModelUri.Latest)) {
      return new Choice(inUse, List.of());
    }
    ResolvedModel wanted;
    try {
      wanted = registry.resolve(settings.model());
    } catch (RuntimeException e) {
      rethrowInterrupt(e);
      return new Choice(
          inUse, List.of(new Refusal(settings.model().text(), JobException.firstLine(e))));
    }
    if (inUse.isOf(wanted)) {
      return new Choice(inUse, List.of());
    }
    Refusal known = refused.get(wanted);
    if (known != null) {
      return new Choice(inUse, List.of(known));
    }
    ScoringModel candidate = new ScoringModel(settings.model(), wanted);
    try {
      inUse = load(candidate);
      return new Choice(inUse, List.of());
    } catch (RuntimeException | LinkageError e) {
      rethrowInterrupt(e);
      Refusal refusal =
          new Refusal(candidate.identity(), Objects.toString(e.getMessage(), e.toString()));
      if (!(e instanceof ModelException model && model.kind() == ModelException.Kind.STORAGE)) {
        refused.put(wanted, refusal);
      }
      return new Choice(inUse, List.of(refusal));
    }
  }

  /** Of what was thrown because the thread was interrupted, only that is told. */
  private static void rethrowInterrupt(Throwable thrown) throws InterruptedException {
    if (Thread.interrupted() || Interrupts.caused(thrown)) {
      InterruptedException told =
          new InterruptedException(
              "interrupted while a model was made ready: " + JobException.firstLine(thrown));
      told.addSuppressed(thrown);
      throw told;
    }
  }

  /**
   * The model that a batch was begun with.
   *
   * @throws JobException REFUSED if it checks rows otherwise now
   */
  BatchPlan pinned(Pin pin) {
    if (!inUse.isOf(pin.model())) {
      inUse = load(pin.scoringModel());
    }
    if (!inUse.checkHash().equals(pin.checkHash())) {
      throw new JobException(
          ExitCode.REFUSED,
          "Batch "
              + pin.batch()
              + " was begun with another row check than this one (pin "
              + pin.checkHash()
              + ", now "
              + inUse.checkHash()
              + "): parse-strings, model-columns, the schema or the program changed. Start it once"
              + " with the settings it was begun with, or take a new checkpoint.");
    }
    return inUse;
  }

  /** Loads a model and checks all that can be checked without a row. */
  private BatchPlan load(ScoringModel model) {
    BatchPlan plan =
        BatchPlan.of(
            settings, source, noRows.schema(), model, model.load(spark, settings.modelClasses()));
    BatchPlan.Parts parts = plan.example(noRows);
    scores.checkSchema(parts.scores().schema());
    quarantine.checkSchema(parts.quarantine().schema());
    return plan;
  }
}
