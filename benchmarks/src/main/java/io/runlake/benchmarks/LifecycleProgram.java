package io.runlake.benchmarks;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Starts runs, logs 10 params and 10 metrics to each and ends them: {@code alone <milliseconds>}
 * for each run of one thread, {@code together <runs per second>} for each time that several threads
 * had their share.
 */
final class LifecycleProgram {
  private static final int WARM_UP = 100;
  private static final int FACTS = 10;

  private LifecycleProgram() {}

  /** {@code LifecycleProgram <store> <runs alone> <threads> <runs together> <repetitions>}. */
  public static void main(String[] args) throws InterruptedException, ExecutionException {
    int threads = Integer.parseInt(args[2]);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Runlake runlake = Runlake.open(args[0])) {
      for (int i = 0; i < WARM_UP; i++) {
        live(runlake);
      }
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        long began = System.nanoTime();
        live(runlake);
        System.out.println("alone " + (System.nanoTime() - began) / 1e6);
      }
      for (int i = 0; i < Integer.parseInt(args[4]); i++) {
        System.out.println("together " + together(pool, runlake, Integer.parseInt(args[3])));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static double together(ExecutorService pool, Runlake runlake, int runs)
      throws InterruptedException, ExecutionException {
    long began = System.nanoTime();
    List<Future<?>> ended = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      ended.add(pool.submit(() -> live(runlake)));
    }
    for (Future<?> run : ended) {
      run.get();
    }
    return runs / ((System.nanoTime() - began) / 1e9);
  }

  private static void live(Runlake runlake) {
    Map<String, Object> params = new HashMap<>();
    Map<String, Double> metrics = new HashMap<>();
    for (int i = 0; i < FACTS; i++) {
      params.put("param" + i, i);
      metrics.put("metric" + i, i * 0.5);
    }
    try (ActiveRun run = runlake.startRun("lifecycle")) {
      run.logParams(params);
      run.logMetrics(metrics);
      run.endRun();
    }
  }
}
