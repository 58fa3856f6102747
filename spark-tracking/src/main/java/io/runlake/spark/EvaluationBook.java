package io.runlake.spark;

import io.runlake.autolog.EstimatorFacts;
import io.runlake.autolog.MetricNames;
import io.runlake.store.RunId;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was evaluated for one run so far, which the names of further metrics depend on. Thread-safe.
 */
final class EvaluationBook {
  private static final int MAX_RUNS = 10_000;

  /** A file with more metrics than this says nothing to a reader; those after it are left out. */
  private static final int MAX_METRICS = 1_000;

  private static final Map<RunId, EvaluationBook> OF_USERS_RUNS =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RunId, EvaluationBook> eldest) {
          return size() > MAX_RUNS;
        }
      };

  private final Map<String, List<WeakReference<Object>>> datasets = new HashMap<>();
  private final Map<String, Integer> calls = new HashMap<>();
  private final Map<String, EstimatorFacts> evaluators = new LinkedHashMap<>();

  /** The book of a run of the user's own, the same for all who ask. */
  static EvaluationBook ofUsersRun(RunId run) {
    synchronized (OF_USERS_RUNS) {
      return OF_USERS_RUNS.computeIfAbsent(run, id -> new EvaluationBook());
    }
  }

  /**
   * The key of the next metric, as MLflow makes it.
   *
   * @param metric the evaluator's metric
   * @param dataset the name of the evaluated data
   * @param data tells two data of one name apart, by identity
   */
  synchronized String nextKey(String metric, String dataset, Object data) {
    int call = calls.merge(metric, 1, Integer::sum);
    return MetricNames.key(metric, call, dataset, numberOf(dataset, data));
  }

  private int numberOf(String dataset, Object data) {
    List<WeakReference<Object>> known = datasets.computeIfAbsent(dataset, n -> new ArrayList<>());
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i).get() == data) {
        return i + 1;
      }
    }
    known.add(new WeakReference<>(data));
    return known.size();
  }

  /** Adds who computed a metric, and gives the whole of {@code metric_info.json}. */
  synchronized String info(String key, EstimatorFacts evaluator) {
    if (evaluators.size() < MAX_METRICS || evaluators.containsKey(key)) {
      evaluators.put(key, evaluator);
    }
    return MetricNames.infoJson(evaluators);
  }
}
