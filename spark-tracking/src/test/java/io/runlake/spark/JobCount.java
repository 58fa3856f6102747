package io.runlake.spark;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobStart;

/** Counts Spark jobs between two calls, once all events sent before have come by. */
final class JobCount extends SparkListener {
  private record Fence(CountDownLatch reached) implements SparkListenerEvent {
    @Override
    public boolean logEvent() {
      return false;
    }
  }

  private final AtomicInteger jobs = new AtomicInteger();
  private final SparkContext context;

  private JobCount(SparkContext context) {
    this.context = context;
  }

  /** How many jobs the work runs. */
  static int of(SparkContext context, Runnable work) {
    JobCount count = new JobCount(context);
    context.addSparkListener(count);
    try {
      count.await();
      int before = count.jobs.get();
      work.run();
      count.await();
      return count.jobs.get() - before;
    } finally {
      context.removeSparkListener(count);
    }
  }

  private void await() {
    Fence fence = new Fence(new CountDownLatch(1));
    SparkCompat.post(context, fence);
    try {
      if (!fence.reached.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("The listener bus did not deliver a fence within 60 s.");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void onJobStart(SparkListenerJobStart event) {
    jobs.incrementAndGet();
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof Fence fence) {
      fence.reached.countDown();
    }
  }
}
