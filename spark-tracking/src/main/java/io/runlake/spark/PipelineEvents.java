package io.runlake.spark;

import io.runlake.autolog.AutologRules;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.FitEnd;
import org.apache.spark.ml.FitStart;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * Logs pipelines from the events that Spark sends about them, where weaving is forbidden. Events
 * come late and on another thread: the model cannot be saved any more, a fit that throws sends no
 * end, and what is no pipeline sends no event.
 */
final class PipelineEvents extends SparkListener {
  private static final String NO_MODEL =
      "estimators cannot be woven here, and after an event it is too late to save the model";
  private static final Set<SparkContext> LISTENING = Collections.newSetFromMap(new WeakHashMap<>());

  private final Map<Object, FitRun> open = new IdentityHashMap<>();

  PipelineEvents() {}

  static void listenTo(SparkContext context) {
    synchronized (LISTENING) {
      if (!LISTENING.add(context)) {
        return;
      }
    }
    PipelineEvents listener = new PipelineEvents();
    if (!SparkCompat.addToOwnQueue(context, listener)) {
      context.addSparkListener(listener);
    }
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    try {
      if (event instanceof FitStart<?> start && start.estimator() instanceof Pipeline pipeline) {
        started(pipeline, start);
      } else if (event instanceof FitEnd<?> end) {
        ended(end);
      }
    } catch (Throwable e) {
      Guard.failed("an event of a pipeline could not be logged", e);
    }
  }

  private void started(Pipeline pipeline, FitStart<?> start) {
    if (open.keySet().stream().anyMatch(outer -> holds(outer, pipeline))) {
      return;
    }
    Fits.heardOf(pipeline, start.dataset()).ifPresent(run -> open.put(pipeline, run));
  }

  private void ended(FitEnd<?> end) {
    FitRun run = open.remove(end.estimator());
    if (run != null) {
      FittedModels.remember(end.model(), run);
      FitRun.FitEnd known =
          new FitRun.FitEnd(
              AutologRules.onModel(FactsReader.model(end.model(), false, TrainingData.unknown())),
              List.of(new ModelSaver.Outcome(Optional.empty(), NO_MODEL)),
              List.of(),
              Optional.empty());
      run.end(known, CompletableFuture.completedFuture(null));
    }
  }

  private static boolean holds(Object outer, Pipeline inner) {
    if (outer instanceof Pipeline pipeline) {
      for (PipelineStage stage : pipeline.getStages()) {
        if (stage == inner || holds(stage, inner)) {
          return true;
        }
      }
    }
    return false;
  }
}
