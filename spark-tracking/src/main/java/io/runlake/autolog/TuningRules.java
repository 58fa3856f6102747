package io.runlake.autolog;

import io.runlake.autolog.ParamValue.Setting;
import io.runlake.autolog.TrialFacts.Score;
import io.runlake.autolog.TrialRecord.Point;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What runs keep of {@code CrossValidator} and {@code TrainValidationSplit}: MLflow's names and
 * files, and over that the scores of the folds and the best metric. Pure functions.
 */
public final class TuningRules {
  /** Marks the child run whose params the final model was fitted with. */
  public static final String BEST = "runlake.tuning.best";

  /** Which param map of the search a child run is, from 0. */
  public static final String INDEX = "runlake.tuning.index";

  /** Which search a child run is of, by its stage, where there are several in one fit. */
  public static final String SEARCH = "runlake.tuning.search";

  private TuningRules() {}

  /**
   * The records of a search.
   *
   * @param root the outermost estimator, by which stages are named
   * @param alone whether it is the only search in there; otherwise the names of its metrics and
   *     files say which it is
   */
  public static TuningRecord record(TuningFacts tuning, EstimatorFacts root, boolean alone) {
    StageNames names = StageNames.of(root);
    String search = alone ? "" : names.of(tuning.uid());
    Map<String, String> params = new LinkedHashMap<>();
    Map<String, Double> metrics = new LinkedHashMap<>();
    Map<String, String> artifacts = new HashMap<>();
    String folder = alone ? "" : search + "/";
    if (tuning.best().isPresent()) {
      TrialFacts best = tuning.trials().get(tuning.best().getAsInt());
      Map<String, Object> json = new LinkedHashMap<>();
      for (Setting setting : best.settings()) {
        String name = name(setting, names);
        params.put(AutologRules.shortened("best_" + name), PythonText.str(setting.value(), names));
        json.put(name, EstimatorInfo.plain(setting.value(), names));
      }
      artifacts.put(folder + "best_parameters.json", EstimatorInfo.text(json));
      best.result()
          .ifPresent(
              value -> metrics.put("best_" + (alone ? "" : search + ".") + tuning.metric(), value));
    }
    artifacts.put(folder + "search_results.csv", SearchResults.csv(tuning, names));
    return new TuningRecord(params, metrics, artifacts, trials(tuning, search));
  }

  private static List<TrialRecord> trials(TuningFacts tuning, String search) {
    List<TrialRecord> records = new ArrayList<>();
    for (int i = 0; i < tuning.trials().size(); i++) {
      TrialFacts trial = tuning.trials().get(i);
      FitRecord fit = AutologRules.onFit(trial.estimator());
      Map<String, String> tags = new HashMap<>(fit.tags());
      tags.put(INDEX, Integer.toString(i));
      if (!search.isEmpty()) {
        tags.put(SEARCH, search);
      }
      if (tuning.best().isPresent() && tuning.best().getAsInt() == i) {
        tags.put(BEST, "true");
      }
      records.add(
          new TrialRecord(
              new FitRecord(fit.params(), tags, Map.of()),
              results(tuning, trial),
              points(tuning, trial),
              trial.start(),
              trial.end(),
              trial.error()));
    }
    return records;
  }

  /** The columns of a trial's result, which are the metrics of its run. */
  static Map<String, Double> results(TuningFacts tuning, TrialFacts trial) {
    Map<String, Double> results = new LinkedHashMap<>();
    if (!tuning.averaged()) {
      trial.result().ifPresent(value -> results.put(tuning.metric(), value));
      return results;
    }
    trial.result().ifPresent(value -> results.put("avg_" + tuning.metric(), value));
    if (trial.result().isPresent()) {
      deviation(trial).ifPresent(value -> results.put("std_" + tuning.metric(), value));
    }
    return results;
  }

  /** Of the whole population, as NumPy's {@code std} and so MLflow has it. */
  private static OptionalDouble deviation(TrialFacts trial) {
    double[] values = trial.scores().values().stream().mapToDouble(Score::value).toArray();
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return OptionalDouble.of(Math.sqrt(squares / values.length));
  }

  /** Without folds the one score is the result. */
  private static List<Point> points(TuningFacts tuning, TrialFacts trial) {
    List<Point> points = new ArrayList<>();
    if (tuning.averaged()) {
      trial
          .scores()
          .forEach(
              (fold, score) ->
                  points.add(new Point(tuning.metric(), score.value(), fold, score.at())));
    }
    return points;
  }

  static String name(Setting setting, StageNames names) {
    return names.of(setting.owner()) + "." + setting.param();
  }
}
