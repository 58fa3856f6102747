package io.runlake.spark;

import io.runlake.tracking.LiveRuns;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;

/** What autologging has to do with one SparkContext: listeners, mirrored runs, and its end. */
final class Attachment {
  /** All that may be spent at the end of an application. */
  static final Duration END_BUDGET = Duration.ofSeconds(20);

  private static final Duration COST_PATIENCE = Duration.ofSeconds(3);
  private static final Set<SparkContext> ATTACHED = Collections.newSetFromMap(new WeakHashMap<>());
  private static volatile WeakReference<SparkContext> plugin = new WeakReference<>(null);

  private Attachment() {}

  /** This context was started with the plugin: its fits are logged unless a session says no. */
  static void byPlugin(SparkContext context) {
    plugin = new WeakReference<>(context);
  }

  static boolean hasPlugin(SparkContext context) {
    return plugin.get() == context;
  }

  /** Adds listeners and the mirror; once per context. */
  static void attach(SparkContext context) {
    synchronized (ATTACHED) {
      if (!ATTACHED.add(context)) {
        return;
      }
    }
    UserRuns.mirrorInto(context);
    CostListener.install(context);
    ApplicationEnd last = new ApplicationEnd();
    if (!SparkCompat.addToOwnQueue(context, last)) {
      context.addSparkListener(last);
    }
    LiveRuns.beforeExit(() -> end(COST_PATIENCE.plusSeconds(2)));
  }

  /**
   * Ends every run that autologging has open and writes what is left, within the budget. Doing it
   * twice is harmless.
   */
  static void end(Duration budget) {
    long deadline = System.nanoTime() + budget.toNanos();
    try {
      Duration patience = COST_PATIENCE.compareTo(budget) < 0 ? COST_PATIENCE : budget;
      OwnFitRun.awaitSettled(patience);
      OwnFitRun.finishAll(true);
      Backstage.later("what was logged could not be written", TrackingTarget::closeAll);
      Backstage.await(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    } catch (Throwable e) {
      Guard.failed("the end of the application could not be logged", e);
    }
  }

  /** Spark's own word that the application is over. */
  private static final class ApplicationEnd extends SparkListener {
    @Override
    public void onApplicationEnd(SparkListenerApplicationEnd event) {
      end(END_BUDGET);
    }
  }
}
