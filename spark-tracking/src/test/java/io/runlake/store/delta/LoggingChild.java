package io.runlake.store.delta;

import io.runlake.store.StoreOptions;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A process that logs until it is killed, and says what was acknowledged: {@code points <run> <n>}
 * when a flush returned after n points, {@code end <run> <n>} when the run's end returned.
 */
public final class LoggingChild {
  private static final int POINTS = 200;
  private static final int FLUSH_EVERY = 100;

  private LoggingChild() {}

  /**
   * @param args tracking URI, threads
   */
  public static void main(String[] args) throws InterruptedException {
    int threads = Integer.parseInt(args[1]);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    Runlake runlake = Runlake.open(args[0], StoreOptions.defaults());
    for (int thread = 0; thread < threads; thread++) {
      pool.execute(
          () -> {
            while (true) {
              log(runlake);
            }
          });
    }
    pool.awaitTermination(5, TimeUnit.MINUTES);
    Runtime.getRuntime().halt(1);
  }

  private static void log(Runlake runlake) {
    ActiveRun run = runlake.startRun("killed");
    for (int i = 1; i <= POINTS; i++) {
      run.logMetric("m", i, i);
      if (i % FLUSH_EVERY == 0) {
        run.flush();
        say("points " + run.id() + " " + i);
      }
    }
    run.endRun();
    say("end " + run.id() + " " + POINTS);
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line + " .");
      System.out.flush();
    }
  }
}
