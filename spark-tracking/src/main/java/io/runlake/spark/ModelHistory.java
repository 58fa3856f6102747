package io.runlake.spark;

import io.runlake.flavor.SavedModel;
import io.runlake.store.RunId;
import io.runlake.tracking.RunLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tag {@code mlflow.log-model.history} of runs of this process: a JSON array with an object for
 * each model that was logged to the run.
 */
final class ModelHistory {
  static final String TAG = "mlflow.log-model.history";
  private static final int MAX_RUNS = 10_000;

  private static final Map<RunId, List<String>> BY_RUN =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RunId, List<String>> eldest) {
          return size() > MAX_RUNS;
        }
      };

  private ModelHistory() {}

  /** Adds a model to the run's tag. */
  static void add(RunLog run, SavedModel model) {
    String value;
    synchronized (BY_RUN) {
      List<String> models = BY_RUN.computeIfAbsent(run.id(), id -> new ArrayList<>());
      models.add(model.historyJson());
      value = "[" + String.join(", ", models) + "]";
    }
    run.setTag(TAG, value);
  }
}
