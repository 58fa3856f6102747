package io.runlake.spark;

import io.runlake.autolog.EstimatorFacts;
import io.runlake.autolog.FitCost;
import io.runlake.autolog.TrialFacts;
import io.runlake.autolog.TuningFacts;
import io.runlake.autolog.TuningRecord;
import io.runlake.autolog.TuningRules;
import io.runlake.spark.TuningLog.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;

/**
 * Puts together what the models of a fit say of their searches and what was seen of them while they
 * went on. Where nothing is woven, the model alone says what every param map came to.
 */
final class TuningReader {
  private TuningReader() {}

  /**
   * A search of a fit.
   *
   * @param costs of each param map those of its trials, which come later; empty if nobody saw them
   */
  record Found(TuningRecord record, List<List<CompletableFuture<FitCost>>> costs) {}

  /**
   * The searches of a fit.
   *
   * @param model null if the fit threw
   * @param root the outermost estimator
   */
  static List<Found> read(Object model, TuningWatch watch, EstimatorFacts root) {
    List<Tuner> tuners = new ArrayList<>();
    if (model == null) {
      watch.logs().stream().filter(TuningLog::sawAnything).forEach(log -> tuners.add(log.tuner()));
    } else {
      collect(model, tuners);
    }
    List<Found> found = new ArrayList<>();
    for (Tuner tuner : tuners) {
      Optional<TuningLog> log = log(tuner, watch);
      TuningRecord record = TuningRules.record(facts(tuner, log), root, tuners.size() == 1);
      found.add(new Found(record, log.map(TuningLog::costs).orElse(List.of())));
    }
    return found;
  }

  /** The best models of the searches that a model came from. */
  static List<Model<?>> bestModels(Object model) {
    List<Tuner> tuners = new ArrayList<>();
    collect(model, tuners);
    return tuners.stream().<Model<?>>flatMap(tuner -> tuner.bestModel().stream()).toList();
  }

  private static void collect(Object model, List<Tuner> into) {
    Tuner.of(model).ifPresent(into::add);
    if (model instanceof PipelineModel pipeline) {
      for (Transformer stage : pipeline.stages()) {
        collect(stage, into);
      }
    }
  }

  private static Optional<TuningLog> log(Tuner tuner, TuningWatch watch) {
    return watch.logs().stream()
        .filter(known -> known.tuner().uid().equals(tuner.uid()))
        .filter(known -> known.tuner().maps().size() == tuner.maps().size())
        .findFirst();
  }

  private static TuningFacts facts(Tuner tuner, Optional<TuningLog> log) {
    List<TrialFacts> trials = new ArrayList<>();
    for (int i = 0; i < tuner.maps().size(); i++) {
      trials.add(trial(tuner, i, log));
    }
    OptionalInt best = log.map(TuningLog::best).orElse(OptionalInt.empty());
    return new TuningFacts(
        tuner.uid(),
        Evaluations.metric(tuner.evaluator()),
        tuner.averaged(),
        trials,
        best.isPresent() ? best : tuner.best());
  }

  private static TrialFacts trial(Tuner tuner, int index, Optional<TuningLog> log) {
    Optional<Seen> seen = log.map(known -> known.of(index));
    OptionalDouble result =
        index < tuner.results().size()
            ? OptionalDouble.of(tuner.results().get(index))
            : OptionalDouble.empty();
    return new TrialFacts(
        new ParamReader().read(tuner.estimator().copy(tuner.maps().get(index))),
        new ParamReader().settings(tuner.maps().get(index)),
        seen.flatMap(Seen::start),
        seen.flatMap(Seen::end),
        seen.map(Seen::scores).orElse(Map.of()),
        result,
        seen.flatMap(Seen::error));
  }
}
