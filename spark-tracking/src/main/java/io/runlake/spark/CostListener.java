package io.runlake.spark;

import io.runlake.autolog.FitCost;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sums what the Spark jobs of each fit cost, from task metrics. A job belongs to the fit whose
 * token its local properties carry ({@link SparkProperties#FIT_TOKEN}); jobs that carry {@link
 * SparkProperties#OWN_WORK} are left out.
 *
 * <p>Events lag behind the fit, so a fit is complete when the listener has seen a marker that was
 * sent at its end and the end of each of its jobs. Spark drops events when a queue is full; a fit
 * that misses some is given out as incomplete once events of a minute later come by, or when the
 * application ends.
 *
 * <p>Thread-safe. Callbacks only add numbers, and catch whatever they throw.
 */
final class CostListener extends SparkListener {
  private static final Logger LOG = LoggerFactory.getLogger(CostListener.class);
  private static final String NOT_COUNTED = "the cost of a fit could not be counted";

  /** Values hold their key weakly too, so that a stopped context can go. */
  private static final Map<SparkContext, CostListener> INSTALLED = new WeakHashMap<>();

  private static final int MAX_FITS = 10_000;
  private static final int MAX_STAGES = 100_000;
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private final Consumer<FitClosed> bus;
  private final LongSupplier dropped;
  private final Map<String, FitTally> fits = new HashMap<>();
  private final Map<Integer, FitTally> jobs = new HashMap<>();
  private final Deque<FitTally> closing = new ArrayDeque<>();
  private boolean ended;

  /** Tasks can end after their stage, so stages are forgotten by age and not by their end. */
  private final Map<Integer, FitTally> stages =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, FitTally> eldest) {
          return size() > MAX_STAGES;
        }
      };

  /**
   * A listener.
   *
   * @param bus where the marker goes that is behind all events of a fit
   * @param dropped how many events this listener did not get, so far
   */
  CostListener(Consumer<FitClosed> bus, LongSupplier dropped) {
    this.bus = bus;
    this.dropped = dropped;
  }

  /** The listener of this context, installed on a queue of its own with the first call. */
  static CostListener install(SparkContext context) {
    synchronized (INSTALLED) {
      return INSTALLED.computeIfAbsent(context, CostListener::added);
    }
  }

  private static CostListener added(SparkContext context) {
    WeakReference<SparkContext> weak = new WeakReference<>(context);
    CostListener listener =
        new CostListener(
            event -> {
              SparkContext live = weak.get();
              if (live != null) {
                SparkCompat.post(live, event);
              }
            },
            () -> {
              SparkContext live = weak.get();
              return live == null ? 0 : SparkCompat.droppedEvents(live);
            });
    if (!SparkCompat.addToOwnQueue(context, listener)) {
      LOG.warn(
          "This Spark does not give Runlake's cost listener a queue of its own;"
              + " it shares the one of other listeners.");
      context.addSparkListener(listener);
    }
    return listener;
  }

  /** Starts to count for a fit. */
  synchronized void open(String fitToken) {
    if (!ended && fits.size() < MAX_FITS) {
      fits.put(fitToken, new FitTally(fitToken, null, dropped.getAsLong()));
    }
  }

  /**
   * Starts to count for a part of a fit, such as one combination of params that a tuning estimator
   * tries. What carries the part's token counts for both. Parts are closed like fits.
   *
   * @return false if it is not counted, and its token would count for nothing
   */
  synchronized boolean openPart(String partToken, String fitToken) {
    FitTally whole = fits.get(fitToken);
    if (ended || whole == null || fits.size() >= MAX_FITS) {
      return false;
    }
    fits.put(partToken, new FitTally(partToken, whole.whole(), dropped.getAsLong()));
    return true;
  }

  /**
   * Ends a fit. Once its events have arrived, or the application ends, the callback gets its cost,
   * exactly once and mostly on a thread of Spark's listener bus, where it must only enqueue. A fit
   * that is not counted (never opened, or the context has ended before) gets zeros, incomplete.
   */
  void close(String fitToken, Consumer<FitCost> whenComplete) {
    FitTally fit;
    boolean now;
    synchronized (this) {
      fit = fits.get(fitToken);
      now = ended || fit == null;
      if (fit == null) {
        fit = new FitTally(fitToken, null, dropped.getAsLong());
      }
      fit.close(whenComplete);
      if (!now) {
        closing.add(fit);
      }
    }
    if (now) {
      fit.deliver(false, dropped.getAsLong(), this::warn);
      return;
    }
    try {
      bus.accept(new FitClosed(fitToken));
    } catch (Throwable e) {
      warn(e);
    }
  }

  @Override
  public void onJobStart(SparkListenerJobStart event) {
    guarded(
        () -> {
          FitTally fit = fitOf(event.properties());
          if (fit != null) {
            jobs.put(event.jobId(), fit);
            fit.jobStarted();
          }
        });
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted event) {
    guarded(
        () -> {
          FitTally fit = fitOf(event.properties());
          if (fit != null) {
            stages.put(event.stageInfo().stageId(), fit);
            fit.stageSubmitted();
          }
        });
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd event) {
    guarded(
        () -> {
          FitTally fit = stages.get(event.stageId());
          if (fit != null) {
            fit.taskEnded(event.taskMetrics(), event.taskInfo().failed());
          }
        });
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd event) {
    guarded(
        () -> {
          FitTally fit = jobs.remove(event.jobId());
          if (fit != null) {
            fit.jobEnded();
          }
        });
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof FitClosed closed) {
      guarded(
          () -> {
            FitTally fit = fits.get(closed.fitToken());
            if (fit != null) {
              fit.marked();
            }
          });
    }
  }

  @Override
  public void onApplicationEnd(SparkListenerApplicationEnd event) {
    guarded(() -> ended = true);
  }

  private FitTally fitOf(Properties properties) {
    if (properties == null || "true".equals(properties.getProperty(SparkProperties.OWN_WORK))) {
      return null;
    }
    String token = properties.getProperty(SparkProperties.FIT_TOKEN);
    return token == null ? null : fits.get(token);
  }

  /** Takes an event in, then gives out, without the lock, what it has completed. */
  private void guarded(Runnable event) {
    List<FitTally> complete = new ArrayList<>();
    List<FitTally> incomplete = new ArrayList<>();
    try {
      synchronized (this) {
        event.run();
        if (!closing.isEmpty()) {
          settle(complete, incomplete);
        }
      }
    } catch (Throwable e) {
      warn(e);
    }
    if (!complete.isEmpty() || !incomplete.isEmpty()) {
      long droppedSoFar = dropped.getAsLong();
      complete.forEach(fit -> fit.deliver(true, droppedSoFar, this::warn));
      incomplete.forEach(fit -> fit.deliver(false, droppedSoFar, this::warn));
    }
    // Spark drops a listener for good that leaves an interrupt behind.
    Thread.interrupted();
  }

  private void settle(List<FitTally> complete, List<FitTally> incomplete) {
    for (FitTally fit : closing) {
      if (fit.isComplete()) {
        complete.add(fit);
      } else if (ended || fit.closedFor(PATIENCE)) {
        incomplete.add(fit);
      }
    }
    List<FitTally> settled = new ArrayList<>(complete);
    settled.addAll(incomplete);
    if (!settled.isEmpty()) {
      closing.removeAll(settled);
      settled.forEach(fit -> fits.remove(fit.token()));
      forget(settled.stream().filter(fit -> !fit.isPart()).toList());
    }
  }

  /** Late events of a part still count for the whole, so a part's stages go when the whole goes. */
  private void forget(List<FitTally> wholes) {
    if (!wholes.isEmpty()) {
      stages.values().removeIf(fit -> wholes.contains(fit.whole()));
      jobs.values().removeIf(fit -> wholes.contains(fit.whole()));
    }
  }

  /** How many fits, jobs and stages are remembered at the moment. */
  synchronized int remembered() {
    return fits.size() + jobs.size() + stages.size() + closing.size();
  }

  private void warn(Throwable problem) {
    Guard.failed(NOT_COUNTED, problem);
  }
}
