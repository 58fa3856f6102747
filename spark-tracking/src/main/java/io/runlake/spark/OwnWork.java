package io.runlake.spark;

import org.apache.spark.SparkContext;

/** Marks the Spark jobs of the calling thread as Runlake's own, until it is closed. */
final class OwnWork implements AutoCloseable {
  private final SparkContext context;
  private final String before;

  OwnWork(SparkContext context) {
    this.context = context;
    this.before = context.getLocalProperty(SparkProperties.OWN_WORK);
    context.setLocalProperty(SparkProperties.OWN_WORK, "true");
  }

  static boolean isMarked(SparkContext context) {
    return "true".equals(context.getLocalProperty(SparkProperties.OWN_WORK));
  }

  @Override
  public void close() {
    context.setLocalProperty(SparkProperties.OWN_WORK, before);
  }
}
