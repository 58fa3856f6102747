package io.runlake.spark;

import io.runlake.store.RunId;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.CurrentRun;
import io.runlake.tracking.LiveRuns;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/**
 * Which run of the user's own a thread is in: the run that the thread started, or the one whose id
 * came to it with the local properties of Spark, as to threads of a pool. Runs that autologging
 * itself started are nobody's current run.
 */
final class UserRuns implements CurrentRun {
  private static final UserRuns INSTANCE = new UserRuns();

  private final ThreadLocal<Boolean> ours = ThreadLocal.withInitial(() -> false);
  private final Set<RunId> oursLive = ConcurrentHashMap.newKeySet();
  private final Map<RunId, String> before = new ConcurrentHashMap<>();
  private final Set<RunId> claimed = ConcurrentHashMap.newKeySet();
  private volatile SparkContext context;

  private UserRuns() {}

  /** From now on the user's runs are mirrored into the local properties of this context. */
  static void mirrorInto(SparkContext context) {
    INSTANCE.context = context;
    CurrentRun.mirror(INSTANCE);
  }

  /** The user's run that the calling thread is in. */
  static Optional<ActiveRun> current(SparkContext context) {
    return LiveRuns.current()
        .filter(INSTANCE::usable)
        .or(() -> INSTANCE.byProperty(context.getLocalProperty(SparkProperties.RUN_ID)));
  }

  private Optional<ActiveRun> byProperty(String id) {
    return id == null ? Optional.empty() : LiveRuns.find(new RunId(id)).filter(this::usable);
  }

  private boolean usable(ActiveRun run) {
    return !run.ended() && !oursLive.contains(run.id());
  }

  /** True for the first fit in a user's run; the fits after it get runs of their own in it. */
  static boolean claim(ActiveRun run) {
    return INSTANCE.claimed.add(run.id());
  }

  /** Starts a run of autologging's. */
  static ActiveRun startOurs(Supplier<ActiveRun> start) {
    INSTANCE.ours.set(true);
    try {
      ActiveRun run = start.get();
      INSTANCE.oursLive.add(run.id());
      return run;
    } finally {
      INSTANCE.ours.remove();
    }
  }

  @Override
  public void entered(ActiveRun run) {
    if (ours.get()) {
      oursLive.add(run.id());
      return;
    }
    SparkContext spark = context;
    if (spark != null && !spark.isStopped()) {
      String previous = spark.getLocalProperty(SparkProperties.RUN_ID);
      if (previous != null) {
        before.put(run.id(), previous);
      }
      spark.setLocalProperty(SparkProperties.RUN_ID, run.id().value());
    }
  }

  @Override
  public void left(ActiveRun run) {
    oursLive.remove(run.id());
    claimed.remove(run.id());
    String previous = before.remove(run.id());
    SparkContext spark = context;
    if (spark != null && run.id().value().equals(spark.getLocalProperty(SparkProperties.RUN_ID))) {
      spark.setLocalProperty(SparkProperties.RUN_ID, previous);
    }
  }
}
