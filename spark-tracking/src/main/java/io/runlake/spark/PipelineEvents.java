package io.runlake.spark;

import io.runlake.autolog.AutologRules;
import io.runlake.autolog.EstimatorFacts;
import io.runlake.spark.FitRun.Search;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.FitEnd;
import org.apache.spark.ml.FitStart;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/**
 * Logs pipelines from the events that Spark sends about them, where weaving is forbidden. Events
 * come late and on another thread: the model cannot be saved any more, a fit that throws sends no
 * end, and what is no pipeline sends no event.
 */
final class PipelineEvents extends SparkListener {
  static final String NO_MODEL =
      "estimators cannot be woven here, and after an event it is too late to save the model";
  private static final Set<SparkContext> LISTENING = Collections.newSetFromMap(new WeakHashMap<>());

  /** Spark's bus drops events when a listener is slow for long. */
  private static final Duration BUDGET = Duration.ofSeconds(2);

  private static final int MOST_EARLY = 64;
  private static final int MOST_LOGGED = 10_000;

  private final Map<Object, Open> open = Collections.synchronizedMap(new IdentityHashMap<>());

  /** Ends that came before their starts, which are late. Guarded by {@link #open}. */
  private final Map<Object, FitEnd<?>> early = new IdentityHashMap<>();

  private final AtomicInteger starting = new AtomicInteger();

  /** The fits under way that fitting threads log themselves. Of the bus's thread alone. */
  private final Map<String, FitOpened> logged =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, FitOpened> eldest) {
          return size() > MOST_LOGGED;
        }
      };

  PipelineEvents() {}

  /** A pipeline whose fit has started. */
  private record Open(FitRun run, SparkSession session, Instant start) {}

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
    boolean start = event instanceof FitStart<?>;
    if (event instanceof FitOpened opened) {
      logged.put(opened.fitToken(), opened);
    } else if (event instanceof FitClosed closed) {
      logged.remove(closed.fitToken());
    }
    if (!start && !(event instanceof FitEnd<?>) || TimeBudget.tooManyLeft()) {
      return;
    }
    try {
      if (start) {
        starting.incrementAndGet();
      }
      List<FitOpened> known = List.copyOf(logged.values());
      new TimeBudget(BUDGET).run(() -> look(event, known));
    } catch (Throwable e) {
      Guard.failed("an event of a pipeline could not be logged", e);
    }
  }

  /**
   * Looks at an event.
   *
   * @param known the fits that fitting threads were logging themselves when it came
   */
  private void look(SparkListenerEvent event, List<FitOpened> known) {
    if (event instanceof FitEnd<?> end) {
      if (!isLogged(end.estimator(), known)) {
        ended(end);
      }
      return;
    }
    try {
      FitStart<?> start = (FitStart<?>) event;
      if (start.estimator() instanceof Pipeline pipeline && !isLogged(pipeline, known)) {
        started(pipeline, start);
      }
    } finally {
      synchronized (open) {
        if (starting.decrementAndGet() == 0) {
          early.clear();
        }
      }
    }
  }

  private void started(Pipeline pipeline, FitStart<?> start) {
    if (outers().stream().anyMatch(outer -> holds(outer, pipeline))) {
      return;
    }
    Dataset<?> data = start.dataset();
    Fits.heardOf(pipeline, data)
        .ifPresent(run -> begun(pipeline, new Open(run, data.sparkSession(), Instant.now())));
  }

  private void begun(Pipeline pipeline, Open fit) {
    FitEnd<?> end;
    synchronized (open) {
      open.put(pipeline, fit);
      end = early.remove(pipeline);
    }
    if (end != null) {
      ended(end);
    }
  }

  /** The fitting thread itself logs it, by the wrapper, and with its model. */
  private static boolean isLogged(Estimator<?> estimator, List<FitOpened> known) {
    return known.stream().anyMatch(fit -> fit.covers(estimator.uid()));
  }

  private List<Object> outers() {
    synchronized (open) {
      return List.copyOf(open.keySet());
    }
  }

  private void ended(FitEnd<?> end) {
    Open fit;
    synchronized (open) {
      fit = open.remove(end.estimator());
      if (fit == null && starting.get() > 0 && early.size() < MOST_EARLY) {
        early.put(end.estimator(), end);
      }
    }
    if (fit != null) {
      FittedModels.remember(end.model(), fit.run());
      FitRun.FitEnd known =
          new FitRun.FitEnd(
              AutologRules.onModel(FactsReader.model(end.model(), false, TrainingData.unknown())),
              List.of(new ModelSaver.Outcome(Optional.empty(), NO_MODEL)),
              Optional.empty(),
              searches(fit, end),
              Optional.empty());
      fit.run().end(known, CompletableFuture.completedFuture(null));
    }
  }

  /** What the fitted search says of its param maps; when each was tried, no event has told. */
  private static List<Search> searches(Open fit, FitEnd<?> end) {
    AutologSettings settings =
        Fits.settings(fit.session(), Attachment.hasPlugin(fit.session().sparkContext()));
    EstimatorFacts root = FactsReader.estimator(end.estimator());
    return FitScope.searches(
        TuningReader.read(end.model(), new TuningWatch(), root),
        fit.session(),
        settings,
        fit.start());
  }

  /** By uid, since a search fits copies of its estimator. */
  private static boolean holds(Object outer, Pipeline inner) {
    return InnerParts.uids(outer).contains(inner.uid());
  }
}
