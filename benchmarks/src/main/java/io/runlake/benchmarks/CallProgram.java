package io.runlake.benchmarks;

import io.runlake.store.RunStore;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * What {@code logMetric} costs its caller, {@code call <median> <p99> <p99.9> <max>} in
 * microseconds, in a tight loop and then once a millisecond; and after how many seconds a point is
 * durable without a flush, {@code durable <seconds>}.
 */
final class CallProgram {
  private static final int CALLS = 50_000;
  private static final int PACED = 5_000;
  private static final long MILLI = 1_000_000;

  private CallProgram() {}

  /** {@code CallProgram <store> <repetitions> <points to wait for>}. */
  public static void main(String[] args) {
    try (Runlake runlake = Runlake.open(args[0]);
        ActiveRun run = runlake.startRun("call")) {
      for (int i = 0; i <= Integer.parseInt(args[1]); i++) {
        say(i == 0 ? "first" : "call", calls(run, CALLS, 0));
      }
      run.flush();
      say("paced", calls(run, PACED, MILLI));
      run.flush();
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        System.out.println("durable " + secondsToDurable(runlake.store().runs(), run, "wait" + i));
      }
      run.endRun();
    }
  }

  private static void say(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%s %.3f %.3f %.3f %.3f%n",
        what,
        nanos[nanos.length / 2] / 1e3,
        nanos[nanos.length / 100 * 99] / 1e3,
        nanos[nanos.length / 1000 * 999] / 1e3,
        nanos[nanos.length - 1] / 1e3);
  }

  private static long[] calls(ActiveRun run, int count, long pause) {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long began = System.nanoTime();
      run.logMetric("loss", i * 0.5, i);
      nanos[i] = System.nanoTime() - began;
      if (pause > 0) {
        LockSupport.parkNanos(pause);
      }
    }
    return nanos;
  }

  /** The store is read, not the {@code Runlake}, which would flush first. */
  private static double secondsToDurable(RunStore store, ActiveRun run, String key) {
    long began = System.nanoTime();
    run.logMetric(key, 1);
    while (store.points(run.id(), Optional.of(key)).isEmpty()) {
      LockSupport.parkNanos(MILLI);
    }
    return (System.nanoTime() - began) / 1e9;
  }
}
