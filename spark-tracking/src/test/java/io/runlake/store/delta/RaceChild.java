package io.runlake.store.delta;

import io.runlake.registry.ModelRegistry;
import io.runlake.registry.RegisterOptions;
import io.runlake.store.StoreOptions;
import io.runlake.tracking.Runlake;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One of several processes whose threads ask for the same numbers or names at the same moment. It
 * says {@code ready}, waits for a line, and says a line for each answer it got: {@code version <n>
 * <microseconds>} or {@code experiment <name> <id> <microseconds>}.
 */
public final class RaceChild {
  private RaceChild() {}

  /** What each thread does. */
  enum Work {
    /** Registers one model a number of times. */
    REGISTER,
    /** Asks for a number of experiments by name. */
    EXPERIMENTS
  }

  /**
   * @param args tracking URI, work, threads, how much of it per thread, model folder
   */
  public static void main(String[] args) throws Exception {
    Work work = Work.valueOf(args[1]);
    int threads = Integer.parseInt(args[2]);
    int count = Integer.parseInt(args[3]);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch go = new CountDownLatch(1);
    try (Runlake runlake = Runlake.open(args[0], StoreOptions.defaults())) {
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        done.add(
            pool.submit(
                () -> {
                  go.await();
                  for (int i = 0; i < count; i++) {
                    long start = System.nanoTime();
                    String answer =
                        work == Work.REGISTER
                            ? register(runlake.registry(), args[4])
                            : experiment(runlake, "experiment-" + i);
                    say(answer + " " + (System.nanoTime() - start) / 1000);
                  }
                  return null;
                }));
      }
      say("ready");
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      go.countDown();
      for (Future<?> one : done) {
        one.get();
      }
    } finally {
      pool.shutdownNow();
    }
    say("done");
  }

  private static String register(ModelRegistry registry, String model) {
    return "version " + registry.register("churn", model, RegisterOptions.none()).version();
  }

  private static String experiment(Runlake runlake, String name) {
    return "experiment " + name + " " + runlake.experiment(name).id();
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }

  /**
   * Starts children, lets them go when all are ready, and returns what they said between.
   *
   * @throws AssertionError if one of them did not come to its end
   */
  static List<String> race(int children, String uri, Work work, int threads, int count, Path model)
      throws Exception {
    List<Process> started = new ArrayList<>();
    List<BufferedReader> outputs = new ArrayList<>();
    List<String> said = new ArrayList<>();
    try {
      for (int i = 0; i < children; i++) {
        Process child =
            ChildJvm.start(
                RaceChild.class, uri, work.name(), "" + threads, "" + count, model.toString());
        started.add(child);
        outputs.add(StoreChild.output(child));
      }
      for (BufferedReader output : outputs) {
        expect("ready", output.readLine());
      }
      for (Process child : started) {
        PrintStream input = new PrintStream(child.getOutputStream(), true, StandardCharsets.UTF_8);
        input.println("go");
      }
      for (BufferedReader output : outputs) {
        List<String> lines = StoreChild.read(output, Integer.MAX_VALUE);
        expect("done", lines.isEmpty() ? null : lines.remove(lines.size() - 1));
        said.addAll(lines);
      }
      return said;
    } finally {
      started.forEach(child -> child.toHandle().destroyForcibly());
    }
  }

  private static void expect(String line, String said) {
    if (!line.equals(said)) {
      throw new AssertionError("A child was to say '" + line + "' and said '" + said + "'");
    }
  }
}
