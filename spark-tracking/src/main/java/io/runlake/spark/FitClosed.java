package io.runlake.spark;

import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * Sent through the listener bus when a fit has returned: what comes behind it belongs to no job
 * that the fit waited for. Not written to event logs.
 */
record FitClosed(String fitToken) implements SparkListenerEvent {
  @Override
  public boolean logEvent() {
    return false;
  }
}
