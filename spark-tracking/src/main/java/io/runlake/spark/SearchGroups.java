package io.runlake.spark;

import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * Ties together the runs of fits of one estimator on data of one origin, whatever thread they come
 * from. Copies of an estimator with other params keep its uid, and folds come from one frame, so a
 * search that is no search to the JVM is such a group: one of PySpark, whose CrossValidator is a
 * loop in Python, and one by hand. Thread-safe.
 */
final class SearchGroups {
  /** The same value on all runs of a group; runs that are in none do not have it. */
  static final String TAG = "runlake.search.group";

  /** How many estimators are remembered, the latest. */
  private static final int MAX_KNOWN = 100;

  private static final int MAX_DEPTH = 10_000;

  private static final Map<String, Last> BY_UID =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Last> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  private SearchGroups() {}

  /**
   * What was fitted before.
   *
   * @param origin a plan, as long as somebody holds it
   * @param first null once it has been told of its group
   */
  private record Last(WeakReference<Object> origin, FitRun first, String group) {}

  /** At the start of a fit; the first of a group is told with the second. */
  static void join(String uid, Dataset<?> data, FitRun run) {
    Object origin = origin(data);
    Optional<FitRun> first;
    String group;
    synchronized (BY_UID) {
      Last last = BY_UID.get(uid);
      if (last == null || last.origin().get() != origin) {
        String next = UUID.randomUUID().toString();
        BY_UID.put(uid, new Last(new WeakReference<>(origin), run, next));
        return;
      }
      first = Optional.ofNullable(last.first());
      group = last.group();
      BY_UID.put(uid, new Last(last.origin(), null, group));
    }
    first.ifPresent(known -> tell(known, group));
    tell(run, group);
  }

  private static void tell(FitRun run, String group) {
    run.log("a group of fits could not be logged", log -> RunFacts.tag(log, TAG, group));
  }

  /** Where the plan begins; the object stays the same in all plans that are made from it. */
  private static Object origin(Dataset<?> data) {
    LogicalPlan plan = data.queryExecution().analyzed();
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      List<Object> children = ScalaInterop.list(SparkCompat.call(plan, "children"), 1);
      if (children.isEmpty()) {
        break;
      }
      plan = (LogicalPlan) children.get(0);
    }
    return plan;
  }
}
