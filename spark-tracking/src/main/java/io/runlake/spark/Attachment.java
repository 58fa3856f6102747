package io.runlake.spark;

import io.runlake.tracking.LiveRuns;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;

/** What autologging has to do with one SparkContext: listeners, mirrored runs, and its end. */
final class Attachment {
  /** All that may be spent at the end of an application: less than the 20 s that are promised. */
  static final Duration END_BUDGET = Duration.ofSeconds(15);

  private static final String UNWRITTEN = "what was logged could not be written";
  private static final Duration AFTER_GIVING_UP = Duration.ofMillis(500);
  private static final int ATTEMPTS = 3;

  /** Spark's listener bus and the plugin's shutdown tell of the same end, at the same time. */
  private static final ReentrantLock ENDING = new ReentrantLock();

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
    TrackingTarget.spoolInto(
        AutologSettings.spoolFolder(context.getConf().get(AutologSetting.SPOOL_DIR.key(), "")));
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
      if (!ENDING.tryLock(budget.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      Duration third = budget.dividedBy(3);
      Duration patience = COST_PATIENCE.compareTo(third) < 0 ? COST_PATIENCE : third;
      long patient = System.nanoTime() + patience.toNanos();
      OwnFitRun.awaitSettled(patience);
      TimeBudget.awaitNoneLeft(until(patient));
      OwnFitRun.awaitSettled(until(patient));
      OwnFitRun.finishAll(true);
      Duration reserve = budget.dividedBy(4);
      Backstage.next(UNWRITTEN, TrackingTarget::flushAll);
      if (!Backstage.await(until(deadline).minus(reserve))) {
        giveUp();
      }
      Backstage.next(UNWRITTEN, TrackingTarget::closeAll);
      if (!Backstage.await(until(deadline))) {
        Backstage.abandon();
        OwnFitRun.giveUp();
        Guard.failed(UNWRITTEN, new TimeoutException("storage did not answer in time"));
      }
    } catch (Throwable e) {
      Guard.failed("the end of the application could not be logged", e);
    } finally {
      ENDING.unlock();
    }
  }

  private static Duration until(long deadline) {
    return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
  }

  /**
   * Storage hangs: what waits for it goes on without, and what hangs in it is done again, this time
   * for the file that keeps it. What hangs once more is left undone.
   */
  private static void giveUp() {
    TrackingTarget.giveUpAll();
    for (int attempt = 0; attempt < ATTEMPTS && !Backstage.await(AFTER_GIVING_UP); attempt++) {
      List<Runnable> undone = Backstage.abandon();
      undone.stream().skip(attempt).forEach(work -> Backstage.next(UNWRITTEN, work));
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
