package io.runlake.store.delta;

import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Another process that writes to a store and says on its output what was acknowledged: {@code run
 * <id>} once a run's change is durable, {@code version <n>} once a version is registered.
 */
public final class StoreChild {
  private StoreChild() {}

  /**
   * Writes with several threads.
   *
   * @param args tracking URI, threads, runs per thread, versions per thread
   */
  public static void main(String[] args) throws Exception {
    int threads = Integer.parseInt(args[1]);
    int runs = Integer.parseInt(args[2]);
    int versions = Integer.parseInt(args[3]);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (Store store = Stores.open(args[0], StoreOptions.defaults())) {
      System.out.println("ready");
      for (int thread = 0; thread < threads; thread++) {
        pool.execute(
            () -> {
              for (int i = 0; i < runs; i++) {
                say("run " + appendRun(store));
              }
              for (int i = 0; i < versions; i++) {
                say("version " + NextVersion.register(store.registry()));
              }
            });
      }
      pool.shutdown();
      pool.awaitTermination(5, TimeUnit.MINUTES);
    }
    System.out.println("done");
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line);
      System.out.flush();
    }
  }

  static RunId appendRun(Store store) {
    RunId id = RunId.newId(Instant.now());
    ExperimentId experiment = new ExperimentId("1");
    MetricPoint point = new MetricPoint(experiment, id, "m", new MetricValue(0, 1, 0.5));
    RunRow row =
        RunRow.of(id, experiment)
            .withName(Stamp.of(1, "child"))
            .withMetrics(Map.of("m", point.value()));
    store.runs().append(new RunBatch(List.of(point), List.of(row))).join();
    return id;
  }

  /** Starts a child on this JVM's class path; its errors go where those of this process go. */
  static Process start(String uri, int threads, int runs, int versions) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            StoreChild.class.getName(),
            uri,
            "" + threads,
            "" + runs,
            "" + versions)
        .directory(new File("."))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The lines that a child has said, up to a number of them or its end. */
  static List<String> read(BufferedReader output, int atMost) throws IOException {
    List<String> lines = new ArrayList<>();
    String line = lines.size() < atMost ? output.readLine() : null;
    while (line != null) {
      lines.add(line);
      line = lines.size() < atMost ? output.readLine() : null;
    }
    return lines;
  }

  static BufferedReader output(Process child) {
    return new BufferedReader(
        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
  }
}
