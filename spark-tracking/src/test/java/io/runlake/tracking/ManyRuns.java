package io.runlake.tracking;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A driver that is busy: {@code ManyRuns <tracking uri> <threads> <runs per thread>}. It prints the
 * id of a run once {@code endRun()} has returned.
 */
final class ManyRuns {
  static final int POINTS = 3;

  private ManyRuns() {}

  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[1]);
    int runs = Integer.parseInt(args[2]);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Runlake runlake = Runlake.open(args[0])) {
      List<Future<?>> work = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        work.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < runs; i++) {
                    write(runlake);
                  }
                }));
      }
      for (Future<?> thread : work) {
        thread.get();
      }
    } finally {
      pool.shutdown();
    }
  }

  private static void write(Runlake runlake) {
    try (ActiveRun run = runlake.startRun("many")) {
      run.logParam("id", run.id().value());
      for (int step = 0; step < POINTS; step++) {
        run.logMetric("loss", 1.0 / (step + 1), step);
      }
      run.endRun();
      System.out.println(run.id().value());
    }
  }
}
