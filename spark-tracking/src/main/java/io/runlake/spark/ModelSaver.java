package io.runlake.spark;

import io.runlake.flavor.InputExample;
import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.SavedModel;
import io.runlake.flavor.Signature;
import io.runlake.flavor.SparkModels;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a fitted model within a time budget while the fitting thread waits. A daemon thread does
 * it, which has the local properties and the session of the fitting thread. Past the budget the fit
 * goes on; the save's jobs are cancelled and it may not write {@code MLmodel} any more, so that a
 * folder with that file is always a whole model.
 */
final class ModelSaver {
  private static final Logger LOG = LoggerFactory.getLogger(ModelSaver.class);

  /** How long a save that is writing its last file may overstay the budget. */
  private static final Duration LAST_FILE = Duration.ofSeconds(10);

  private enum Gate {
    OPEN,
    FINISHING,
    ABANDONED
  }

  /**
   * What became of a save.
   *
   * @param saved the model; empty if it was not saved
   * @param problem why it was not
   */
  record Outcome(Optional<SavedModel> saved, String problem) {}

  /**
   * What to save.
   *
   * @param schema the columns of the data that the model was trained on; empty for no signature
   * @param examples where an input example comes from; empty for none
   */
  record Request(
      Transformer model,
      String path,
      String runId,
      String artifactPath,
      Optional<StructType> schema,
      Optional<InputExamples> examples) {}

  private final SparkSession session;
  private final Request request;
  private final AtomicReference<Gate> gate = new AtomicReference<>(Gate.OPEN);
  private final CompletableFuture<SavedModel> result = new CompletableFuture<>();
  private final String jobTag;

  private ModelSaver(SparkSession session, Request request) {
    this.session = session;
    this.request = request;
    this.jobTag = "runlake-save-" + request.runId();
  }

  /** Saves; never throws. */
  static Outcome save(SparkSession session, Request request, Duration budget) {
    ModelSaver saver = new ModelSaver(session, request);
    Thread helper = new Thread(saver::work, "runlake-model-save");
    helper.setDaemon(true);
    helper.start();
    return saver.await(helper, budget);
  }

  private void work() {
    try {
      SparkContext context = session.sparkContext();
      SparkSession.setActiveSession(session);
      context.setLocalProperty(SparkProperties.OWN_WORK, "true");
      context.addJobTag(jobTag);
      SaveOptions options =
          SaveOptions.defaults()
              .withRun(request.runId(), request.artifactPath())
              .withMayFinish(() -> gate.compareAndSet(Gate.OPEN, Gate.FINISHING));
      Optional<Signature> signature = signature(request.schema(), request.model());
      if (signature.isPresent()) {
        options = options.withSignature(signature.get());
      }
      Optional<InputExample> example = example(signature);
      if (example.isPresent()) {
        options = options.withExample(example.get());
      }
      result.complete(SparkModels.save(request.model(), request.path(), options));
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  /** The signature; empty where the model or the columns allow none. */
  static Optional<Signature> signature(Optional<StructType> schema, Transformer model) {
    try {
      return schema.map(columns -> Signature.infer(columns, model));
    } catch (RuntimeException none) {
      LOG.debug("No signature for the model {}.", model.uid(), none);
      return Optional.empty();
    }
  }

  /** The input example, if one is asked for and can be had; a model is saved without it too. */
  private Optional<InputExample> example(Optional<Signature> signature) {
    try {
      return request.examples().map(examples -> examples.of(request.model(), signature));
    } catch (RuntimeException none) {
      if (gate.get() == Gate.ABANDONED) {
        throw none;
      }
      LOG.debug("No input example for the model {}.", request.model().uid(), none);
      Guard.say(
          "example",
          "the model of run "
              + request.runId()
              + " is saved without an input example: "
              + Guard.firstLine(none)
              + "; this is said once.");
      return Optional.empty();
    }
  }

  private Outcome await(Thread helper, Duration budget) {
    try {
      return new Outcome(Optional.of(Patience.get(result, budget)), "");
    } catch (ExecutionException failed) {
      LOG.debug("The model was not saved to {}.", request.path(), failed.getCause());
      return new Outcome(Optional.empty(), Guard.firstLine(failed.getCause()));
    } catch (TimeoutException late) {
      return abandon(helper, "saving took longer than " + budget.toMillis() / 1000.0 + " s");
    } catch (InterruptedException stop) {
      Outcome outcome = abandon(helper, "the fitting thread was interrupted");
      Thread.currentThread().interrupt();
      return outcome;
    }
  }

  private Outcome abandon(Thread helper, String why) {
    if (gate.compareAndSet(Gate.OPEN, Gate.ABANDONED)) {
      cancel(helper);
      return new Outcome(Optional.empty(), why);
    }
    try {
      return new Outcome(Optional.of(Patience.get(result, LAST_FILE)), "");
    } catch (ExecutionException | TimeoutException | InterruptedException unknown) {
      if (unknown instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return new Outcome(Optional.empty(), why + ", and whether MLmodel was written is unknown");
    }
  }

  private void cancel(Thread helper) {
    try {
      session.sparkContext().cancelJobsWithTag(jobTag);
    } catch (Throwable e) {
      LOG.debug("The jobs of an abandoned save could not be cancelled.", e);
    }
    helper.interrupt();
  }
}
