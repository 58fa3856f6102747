package io.runlake.spark;

import io.runlake.autolog.FitCost;
import io.runlake.autolog.TrialFacts.Score;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;

/**
 * What was seen of one search while it went on: which param map was fitted on which fold, when, and
 * what the evaluator said. Spark hands the very objects of the grid to its fits, fold after fold,
 * and fits the best of them on the whole data at the end. Thread-safe.
 */
final class TuningLog {
  /** What was seen of one param map. */
  static final class Seen {
    private final Map<Integer, Score> scores = new HashMap<>();
    private final List<Integer> folds = new ArrayList<>();
    private final List<FitPart> parts = new ArrayList<>();
    private Instant start;
    private Instant end;
    private Throwable error;

    Optional<Instant> start() {
      return Optional.ofNullable(start);
    }

    Optional<Instant> end() {
      return Optional.ofNullable(end);
    }

    Map<Integer, Score> scores() {
      return scores;
    }

    Optional<Throwable> error() {
      return Optional.ofNullable(error);
    }
  }

  private final Tuner tuner;
  private final WeakReference<Object> data;
  private final Map<ParamMap, List<Integer>> indexes = new IdentityHashMap<>();
  private final List<WeakReference<Object>> folds = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private int best = -1;

  TuningLog(Tuner tuner, Dataset<?> data) {
    this.tuner = tuner;
    this.data = new WeakReference<>(data);
    for (int i = 0; i < tuner.maps().size(); i++) {
      indexes.computeIfAbsent(tuner.maps().get(i), map -> new ArrayList<>()).add(i);
      seen.add(new Seen());
    }
  }

  Tuner tuner() {
    return tuner;
  }

  boolean evaluatesWith(Evaluator evaluator) {
    return tuner.evaluator() == evaluator;
  }

  /** The start of a fit with a param map; empty if the map is none of this search's. */
  synchronized Optional<Trial> begin(ParamMap map, Dataset<?> on) {
    List<Integer> candidates = indexes.get(map);
    if (candidates == null) {
      return Optional.empty();
    }
    if (data.get() == on) {
      best = candidates.get(0);
      return Optional.of(new Trial(this, -1, -1));
    }
    int fold = foldOf(on);
    int index =
        candidates.stream()
            .filter(candidate -> !seen.get(candidate).folds.contains(fold))
            .findFirst()
            .orElse(candidates.get(0));
    Seen trial = seen.get(index);
    trial.folds.add(fold);
    if (trial.start == null) {
      trial.start = Instant.now();
    }
    return Optional.of(new Trial(this, index, fold));
  }

  synchronized void counted(Trial trial, FitPart part) {
    if (trial.index() >= 0) {
      seen.get(trial.index()).parts.add(part);
    }
  }

  /** What the trials of each map cost, in the order of the maps, as soon as it is known. */
  synchronized List<List<CompletableFuture<FitCost>>> costs() {
    return seen.stream().map(trial -> trial.parts.stream().map(FitPart::cost).toList()).toList();
  }

  /** Closes what a trial that threw between fit and evaluation left open. */
  synchronized void over() {
    seen.forEach(trial -> trial.parts.forEach(FitPart::close));
  }

  private int foldOf(Object training) {
    for (int i = 0; i < folds.size(); i++) {
      if (folds.get(i).get() == training) {
        return i;
      }
    }
    folds.add(new WeakReference<>(training));
    return folds.size() - 1;
  }

  synchronized void scored(Trial trial, double value) {
    Seen of = seen.get(trial.index());
    of.end = Instant.now();
    of.scores.put(trial.fold(), new Score(value, of.end));
  }

  synchronized void failed(Trial trial, Throwable error) {
    if (trial.index() >= 0) {
      Seen of = seen.get(trial.index());
      of.end = Instant.now();
      of.error = error;
    }
  }

  synchronized boolean sawAnything() {
    return seen.stream().anyMatch(trial -> trial.start != null);
  }

  /** What was seen of a param map. Asked when the search is over. */
  synchronized Seen of(int index) {
    return seen.get(index);
  }

  /** Which map the final model was fitted with; empty if that was not seen. */
  synchronized OptionalInt best() {
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }
}
