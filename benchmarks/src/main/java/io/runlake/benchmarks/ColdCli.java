package io.runlake.benchmarks;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long one waits for {@code runlake runs search} over a store of a thousand runs, from the
 * start of the process to its end, beside a JVM that does nothing. The runs are written one after
 * the other, each with a commit of its own: as many files as runs, as training programs leave them.
 */
final class ColdCli implements Benchmark {
  private static final int PARAMS = 12;
  private static final int METRICS = 6;

  @Override
  public String name() {
    return "cold-cli";
  }

  @Override
  public String about() {
    return "runlake runs search over 1,000 runs, from process start, against an empty JVM";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    int runs = Bench.setting("RUNLAKE_BENCH_RUNS", 1_000);
    int turns = Bench.setting("RUNLAKE_BENCH_TURNS", 15);
    Path store = bench.scratch().resolve("store");
    bench.say("writing " + runs + " runs");
    write(store, runs);
    String command = bench.home().resolve("submit/bin/runlake").toString();
    List<String> search =
        List.of(
            command,
            "runs",
            "search",
            "--store",
            store.toString(),
            "--json",
            "--filter",
            "metrics.accuracy > 0.9",
            "--order-by",
            "metrics.accuracy DESC");
    List<String> table = List.of(command, "runs", "list", "--store", store.toString());
    List<String> empty =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            bench.programs().toString(),
            EmptyProgram.class.getName());
    bench.say(turns + " turns of a search, a table and an empty program");
    // The first of each fills the caches of the machine.
    bench.seconds("search", search);
    bench.seconds("table", table);
    bench.seconds("empty", empty);
    double loadBefore = load();
    Samples searches = Samples.none();
    Samples tables = Samples.none();
    Samples floors = Samples.none();
    for (int turn = 0; turn < turns; turn++) {
      searches = searches.with(bench.seconds("search", search));
      floors = floors.with(bench.seconds("empty", empty));
      tables = tables.with(bench.seconds("table", table));
    }
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("runs", runs);
    details.put("search", spread(searches));
    details.put("table", spread(tables));
    details.put("empty", spread(floors));
    details.put("processors", Runtime.getRuntime().availableProcessors());
    details.put("load_before", Figures.rounded(loadBefore));
    details.put("load_after", Figures.rounded(load()));
    return Figures.of(name(), "s", searches, floors, details);
  }

  /** The machine's load over the last minute, or -1 where it is not told. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  static Map<String, Object> spread(Samples samples) {
    Map<String, Object> spread = new LinkedHashMap<>();
    spread.put("median", Figures.rounded(samples.median()));
    spread.put("min", Figures.rounded(samples.min()));
    spread.put("max", Figures.rounded(samples.max()));
    return spread;
  }

  private static void write(Path store, int runs) {
    try (Runlake runlake = Runlake.open("delta:" + store)) {
      for (int i = 0; i < runs; i++) {
        try (ActiveRun run = runlake.startRun("cold-cli")) {
          for (int p = 0; p < PARAMS; p++) {
            run.logParam("LogisticRegression.param" + p, i + p);
          }
          for (int m = 0; m < METRICS; m++) {
            run.logMetric("metric" + m, Math.sin(i * 7.0 + m));
          }
          run.logMetric("accuracy", i % 100 / 100.0);
          run.setTag("team", "team-" + i % 5);
          run.endRun();
        }
      }
    }
  }
}
