package io.runlake.benchmarks;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.PointCounters;
import io.runlake.tracking.Runlake;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Logs points to a run and ends it, some times over: {@code steps|points <seconds> <of logging>}.
 */
final class IngestProgram {
  private static final int KEYS = 10;

  private IngestProgram() {}

  /** {@code IngestProgram <store> <points> <repetitions> <steps or points>}. */
  public static void main(String[] args) {
    int points = Integer.parseInt(args[1]);
    int repetitions = Integer.parseInt(args[2]);
    boolean steps = args[3].equals("steps");
    try (Runlake runlake = Runlake.open(args[0])) {
      for (int i = 0; i < repetitions; i++) {
        try (ActiveRun run = runlake.startRun("ingest")) {
          run.flush();
          long began = System.nanoTime();
          if (steps) {
            logSteps(run, points / KEYS);
          } else {
            logPoints(run, points / KEYS);
          }
          long logged = System.nanoTime();
          run.endRun();
          System.out.println(
              args[3] + " " + (System.nanoTime() - began) / 1e9 + " " + (logged - began) / 1e9);
        }
      }
      PointCounters counters = runlake.counters();
      if (!counters.equals(
          new PointCounters((long) points * repetitions, (long) points * repetitions, 0))) {
        throw new IllegalStateException("Not all points are durable: " + counters);
      }
    }
  }

  /** As a training loop does: one call per step. */
  private static void logSteps(ActiveRun run, int steps) {
    for (int step = 0; step < steps; step++) {
      Map<String, Double> values = new HashMap<>();
      for (int key = 0; key < KEYS; key++) {
        values.put("metric" + key, Math.sqrt(step + key));
      }
      run.logMetrics(values, step);
    }
  }

  private static void logPoints(ActiveRun run, int steps) {
    for (int step = 0; step < steps; step++) {
      for (int key = 0; key < KEYS; key++) {
        run.logMetric("metric" + key, Math.sqrt(step + key), step, Instant.now());
      }
    }
  }
}
