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

  /** So many, because four processes that compile at once measure the compiler. */
  private static final int WARM_UP = 400;

  private WriterProgram() {}

  /**
   * {@code WriterProgram <store> flushes <n> <steps>} or {@code … seconds <n> <steps> <threads>}.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    int count = Integer.parseInt(args[2]);
    int steps = Integer.parseInt(args[3]);
    try (Runlake runlake = Runlake.open(args[0])) {
      if (args[1].equals("flushes")) {
        flushes(runlake, count, steps);
      } else {
        forTime(runlake, count, steps, Integer.parseInt(args[4]));
      }
    }
  }

  private static void flushes(Runlake runlake, int count, int steps) {
    try (ActiveRun run = runlake.startRun("growth")) {
      for (int i = 0; i < count; i++) {
        System.out.println("flush " + flush(run, i, steps) / 1e6);
      }
      run.endRun();
    }
  }

  private static void forTime(Runlake runlake, int seconds, int steps, int threads)
      throws IOException, InterruptedException {
    AtomicLong points = new AtomicLong();
    AtomicLong flushes = new AtomicLong();
    try (ActiveRun warm = runlake.startRun("growth")) {
      for (int i = 0; i < WARM_UP; i++) {
        flush(warm, i, steps);
      }
      warm.endRun();
    }
    System.out.println("ready");
    System.out.flush();
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    long began = System.nanoTime();
    long end = began + seconds * 1_000_000_000L;
    List<Thread> writers = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      Thread writer =
          new Thread(
              () -> {
                try (ActiveRun run = runlake.startRun("growth")) {
                  for (int i = 0; System.nanoTime() < end; i++) {
                    flush(run, i, steps);
                    points.addAndGet((long) KEYS * steps);
                    flushes.incrementAndGet();
                  }
                  run.endRun();
                }
              });
      writer.start();
      writers.add(writer);
    }
    for (Thread writer : writers) {
      writer.join();
    }
    System.out.println(
        "points " + points + " " + (System.nanoTime() - began) / 1e9 + " " + flushes);
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
