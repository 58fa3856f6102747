package io.runlake.benchmarks;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that each log points to a run of their own and flush them, as fast as that goes. With a
 * number of flushes: {@code flush <milliseconds>} for each, of one thread. With a time: waits for a
 * line on its input, then {@code points <number> <seconds> <of flushes>}.
 */
final class WriterProgram {
  private static final int KEYS = 10;

  /** So long, because four processes on few processors are slow to compile what is hot. */
  private static final int WARM_UP_SECONDS = 40;

  private WriterProgram() {}

  /**
   * {@code WriterProgram <store> flushes <n> <steps>} or {@code … seconds <n> <steps> <threads>}.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int count = Integer.parseInt(args[2]);
    int steps = Integer.parseInt(args[3]);
    if (args[1].equals("flushes")) {
      flushes(args[0], count, steps);
    } else {
      forTime(args[0], count, steps, Integer.parseInt(args[4]));
    }
  }

  private static void flushes(String store, int count, int steps) {
    try (Runlake runlake = Runlake.open(store);
        ActiveRun run = runlake.startRun("growth")) {
      for (int i = 0; i < count; i++) {
        System.out.println("flush " + flush(run, i, steps) / 1e6);
      }
      run.endRun();
    }
  }

  /** Warms up on another store, so that the one that is measured does not grow meanwhile. */
  private static void forTime(String store, int seconds, int steps, int threads)
      throws IOException, InterruptedException {
    logging(store + "-warm-up", WARM_UP_SECONDS, steps, threads);
    System.out.println("ready");
    System.out.flush();
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    long began = System.nanoTime();
    long flushes = logging(store, seconds, steps, threads);
    System.out.println(
        "points "
            + flushes * KEYS * steps
            + " "
            + (System.nanoTime() - began) / 1e9
            + " "
            + flushes);
  }

  /** Logs with some threads for some time; returns how many flushes came back. */
  private static long logging(String store, int seconds, int steps, int threads)
      throws InterruptedException {
    AtomicLong flushes = new AtomicLong();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    try (Runlake runlake = Runlake.open(store)) {
      List<Thread> writers = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        Thread writer = new Thread(() -> flushes.addAndGet(flushesUntil(runlake, end, steps)));
        writer.start();
        writers.add(writer);
      }
      for (Thread writer : writers) {
        writer.join();
      }
    }
    return flushes.get();
  }

  private static long flushesUntil(Runlake runlake, long end, int steps) {
    int flushes = 0;
    try (ActiveRun run = runlake.startRun("growth")) {
      for (; System.nanoTime() < end; flushes++) {
        flush(run, flushes, steps);
      }
      run.endRun();
    }
    return flushes;
  }

  private static long flush(ActiveRun run, int number, int steps) {
    for (int step = 0; step < steps; step++) {
      Map<String, Double> values = new HashMap<>();
      for (int key = 0; key < KEYS; key++) {
        values.put("metric" + key, Math.sqrt(step + key));
      }
      run.logMetrics(values, (long) number * steps + step);
    }
    long began = System.nanoTime();
    run.flush();
    return System.nanoTime() - began;
  }
}
