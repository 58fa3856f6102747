package io.runlake.spark;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The searches inside one outermost fit, that fit itself included. It hears of the woven calls
 * inside the fit, on whatever thread they are made. A trial is a call of {@code fit(Dataset,
 * ParamMap)} with a map of a search, and of the search's evaluator next on the same thread.
 * Searches inside a trial belong to the trial. Thread-safe.
 */
final class TuningWatch {
  private static final Logger LOG = LoggerFactory.getLogger(TuningWatch.class);

  /** The map that the next fit on this thread is called with. */
  private static final ThreadLocal<ParamMap> NEXT = new ThreadLocal<>();

  private static final ThreadLocal<Trial> CURRENT = new ThreadLocal<>();

  private final List<TuningLog> logs = new CopyOnWriteArrayList<>();
  private volatile Set<String> parts = Set.of();
  private volatile boolean threw;

  /** The hook of woven {@code fit(Dataset, ParamMap)}, which goes on with a copy and no map. */
  static BiConsumer<Object, Throwable> fittingWith(ParamMap map) {
    ParamMap before = NEXT.get();
    NEXT.set(map);
    return (model, thrown) -> restore(before);
  }

  private static void restore(ParamMap before) {
    if (before == null) {
      NEXT.remove();
    } else {
      NEXT.set(before);
    }
  }

  /** Whether the calling thread is fitting for a trial, of a search that may be over. */
  static boolean inTrial() {
    Trial trial = CURRENT.get();
    return trial != null && trial.fitting();
  }

  /** What is inside the outermost fit, by uid. */
  void holds(Set<String> uids) {
    parts = uids;
  }

  /** The outermost fit threw; to be told before the end of its token. */
  void threw() {
    threw = true;
  }

  /** What threads of the outermost fit may go on with after its end, by uid. */
  Set<String> leftBehind() {
    return threw ? parts : Set.of();
  }

  /** The outermost fit, or one inside it. */
  void search(Object estimator, Dataset<?> data) {
    try {
      Tuner.of(estimator).ifPresent(tuner -> logs.add(new TuningLog(tuner, data)));
    } catch (RuntimeException notSet) {
      LOG.debug("A search lacks a param, which its fit is about to say.", notSet);
    }
  }

  /** The hook of woven fits inside the outermost one. */
  BiConsumer<Object, Throwable> fitting(Estimator<?> estimator, Dataset<?> data) {
    ParamMap map = NEXT.get();
    NEXT.remove();
    Trial current = CURRENT.get();
    if (current != null && current.fitting()) {
      return null;
    }
    Optional<Trial> begun = map == null ? Optional.empty() : begin(map, data);
    if (begun.isEmpty()) {
      search(estimator, data);
      return null;
    }
    Trial trial = begun.get();
    if (current != null) {
      current.over();
    }
    CURRENT.set(trial);
    if (trial.index() >= 0) {
      FitPart.open(data.sparkSession().sparkContext(), this).ifPresent(trial::countedBy);
    }
    return (model, thrown) -> {
      if (!trial.fitted(thrown)) {
        CURRENT.remove();
      }
    };
  }

  private Optional<Trial> begin(ParamMap map, Dataset<?> data) {
    return logs.stream().flatMap(log -> log.begin(map, data).stream()).findFirst();
  }

  /** The trial of this thread that waits for this evaluator; null if there is none. */
  static Trial awaiting(Evaluator evaluator) {
    Trial trial = CURRENT.get();
    return trial != null && trial.awaits(evaluator) ? trial : null;
  }

  static void scored(Trial trial, Object value, Throwable thrown) {
    CURRENT.remove();
    trial.scored(value, thrown);
  }

  /** At the end of the outermost fit: no trial goes on. */
  void over() {
    logs.forEach(TuningLog::over);
  }

  /** What the calling thread still knows of a trial that threw between fit and evaluation. */
  static void forget() {
    CURRENT.remove();
    NEXT.remove();
  }

  /** The searches in the order in which they began. */
  List<TuningLog> logs() {
    return logs;
  }
}
