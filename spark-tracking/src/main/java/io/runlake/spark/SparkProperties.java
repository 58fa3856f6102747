package io.runlake.spark;

/** Spark's local properties that carry attribution to the threads and jobs of a fit. */
final class SparkProperties {
  /** The run that facts of this thread go to. */
  static final String RUN_ID = "runlake.run.id";

  /** The outermost fit that this thread works for; jobs are summed into its cost by this. */
  static final String FIT_TOKEN = "runlake.fit.token";

  /** Set to {@code true} where Runlake itself works: left out of cost and lineage. */
  static final String OWN_WORK = "runlake.own";

  private SparkProperties() {}
}
