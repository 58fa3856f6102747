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
import java.util.Optional;

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

  /** Data that somebody still holds; what is gone keeps its number. */
  private record Numbered(WeakReference<Object> data, int number) {}

  /** The keys of one metric of one query, in the order of the calls for one batch. */
  private static final class Series {
    private final List<String> keys = new ArrayList<>();
    private long batch = -1;
    private int next;
  }

  private final Map<String, List<Numbered>> datasets = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Integer> calls = new HashMap<>();
  private final Map<String, Object> queries = new HashMap<>();
  private final Map<List<String>, Series> streams = new HashMap<>();
  private final Map<String, EstimatorFacts> evaluators = new LinkedHashMap<>();
  private String written = "";

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

  /**
   * The key of the next metric of a stream: for each batch those of the batch before.
   *
   * @param dataset what the data of the query is called
   */
  synchronized String nextKeyInBatch(String metric, String dataset, MicroBatch batch) {
    Series series =
        streams.computeIfAbsent(List.of(metric, dataset, batch.query()), key -> new Series());
    if (series.batch != batch.number()) {
      series.batch = batch.number();
      series.next = 0;
    }
    if (series.next == series.keys.size()) {
      Object data = queries.computeIfAbsent(batch.query(), query -> new Object());
      series.keys.add(nextKey(metric, dataset, data));
    }
    return series.keys.get(series.next++);
  }

  private int numberOf(String dataset, Object data) {
    List<Numbered> known = datasets.computeIfAbsent(dataset, n -> new ArrayList<>());
    known.removeIf(one -> one.data().get() == null);
    for (Numbered one : known) {
      if (one.data().get() == data) {
        return one.number();
      }
    }
    int number = counts.merge(dataset, 1, Integer::sum);
    known.add(new Numbered(new WeakReference<>(data), number));
    return number;
  }

  /**
   * Adds who computed a metric.
   *
   * @return the whole of {@code metric_info.json}; empty if it is as it was
   */
  synchronized Optional<String> info(String key, EstimatorFacts evaluator) {
    if (evaluators.size() < MAX_METRICS || evaluators.containsKey(key)) {
      evaluators.put(key, evaluator);
    }
    String text = MetricNames.infoJson(evaluators);
    if (text.equals(written)) {
      return Optional.empty();
    }
    written = text;
    return Optional.of(text);
  }
}
