package io.runlake.spark;

import io.runlake.autolog.FitCost;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;

/**
 * Sums what the Spark jobs of each fit cost, from task metrics. A job belongs to the fit whose
 * token its local properties carry ({@link SparkProperties#FIT_TOKEN}); jobs that carry {@link
 * SparkProperties#OWN_WORK} are left out.
 *
 * <p>Events lag behind the fit, so a fit is closed when the listener has seen a marker posted at
 * its end and the end of each of its jobs.
 */
final class CostListener extends SparkListener {

  /** The listener of this context, installed on a queue of its own with the first call. */
  static CostListener install(SparkContext context) {
    throw new UnsupportedOperationException("Not landed yet.");
  }

  /** Starts to count for a fit. */
  void open(String fitToken) {
    throw new UnsupportedOperationException("Not landed yet.");
  }

  /**
   * Ends a fit: once its events have arrived, or the application ends, the callback gets its cost,
   * exactly once, on a thread of Spark's listener bus, where it must only enqueue.
   */
  void close(String fitToken, Consumer<FitCost> whenComplete) {
    throw new UnsupportedOperationException("Not landed yet.");
  }
}
