package io.runlake.spark;

import java.util.Set;
import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * Sent through the listener bus when the fitting thread begins to log a fit: what Spark says of the
 * fit, until {@link FitClosed}, is known already. Not written to event logs.
 *
 * @param estimator the uid of what is fitted
 * @param parts the uids of what is inside it
 */
record FitOpened(String fitToken, String estimator, Set<String> parts)
    implements SparkListenerEvent {
  @Override
  public boolean logEvent() {
    return false;
  }

  boolean covers(String uid) {
    return estimator.equals(uid) || parts.contains(uid);
  }
}
