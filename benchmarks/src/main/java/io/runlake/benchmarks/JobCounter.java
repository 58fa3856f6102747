package io.runlake.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.SparkSession;

/**
 * Counts Spark jobs, those with the mark of Runlake's own work apart. It knows that mark by its
 * text, as a stranger would.
 */
final class JobCounter extends SparkListener {
  private static final String FENCE = "benchmark.fence";
  private static final String OWN = "runlake.own";

  private final SparkSession spark;
  private final AtomicInteger all = new AtomicInteger();
  private final AtomicInteger marked = new AtomicInteger();
  private volatile int fenceJob = -1;
  private volatile CountDownLatch fence = new CountDownLatch(1);

  JobCounter(SparkSession spark) {
    this.spark = spark;
    spark.sparkContext().addSparkListener(this);
  }

  void reset() throws InterruptedException {
    drain();
    all.set(0);
    marked.set(0);
  }

  int all() {
    return all.get();
  }

  int marked() {
    return marked.get();
  }

  /** Events lag, so counts are read behind a job of our own. */
  void drain() throws InterruptedException {
    fence = new CountDownLatch(1);
    spark.sparkContext().setLocalProperty(FENCE, "true");
    spark.range(1).count();
    spark.sparkContext().setLocalProperty(FENCE, null);
    fence.await();
  }

  @Override
  public void onJobStart(SparkListenerJobStart event) {
    if (event.properties() != null && event.properties().getProperty(FENCE) != null) {
      fenceJob = event.jobId();
      return;
    }
    all.incrementAndGet();
    if (event.properties() != null && "true".equals(event.properties().getProperty(OWN))) {
      marked.incrementAndGet();
    }
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd event) {
    if (event.jobId() == fenceJob) {
      fence.countDown();
    }
  }
}
