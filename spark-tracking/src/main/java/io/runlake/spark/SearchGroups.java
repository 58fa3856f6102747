package io.runlake.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * Names what is fitted on what: equal for all fits of one estimator on data of one origin, whatever
 * thread they come from. Copies of an estimator with other params keep its uid, and folds come from
 * one frame, so the fits of a search that is no search to the JVM have one name: of a search of
 * PySpark, whose CrossValidator is a loop in Python, and of a loop over params by hand.
 */
final class SearchGroups {
  static final String TAG = "runlake.search.group";
  private static final int MAX_DEPTH = 10_000;

  private SearchGroups() {}

  /**
   * The name.
   *
   * @param uid of the estimator
   * @return empty if the plan of the data cannot be read
   */
  static Optional<String> of(String uid, Dataset<?> data) {
    try {
      return Optional.of(uid + "@" + Integer.toHexString(System.identityHashCode(origin(data))));
    } catch (RuntimeException | LinkageError unreadable) {
      return Optional.empty();
    }
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
