package io.runlake.tracking;

/**
 * Hears which run a thread is in, so that something that tracking does not know (the local
 * properties of a SparkContext) can carry it along. Called on the thread that starts or ends the
 * run; must not block; what it throws is logged and goes no further.
 */
public interface CurrentRun {
  /** The calling thread started this run. */
  void entered(ActiveRun run);

  /** This run ended; the calling thread need not be the one that started it. */
  void left(ActiveRun run);

  /** From now on this port hears of the runs of this process, instead of the one before. */
  static void mirror(CurrentRun port) {
    LiveRuns.mirror(port);
  }
}
