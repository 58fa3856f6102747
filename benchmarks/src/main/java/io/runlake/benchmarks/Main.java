package io.runlake.benchmarks;

import io.runlake.text.NearestMatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs one benchmark by its name; {@code benchmarks/run} builds what it needs and calls it. */
public final class Main {
  private Main() {}

  private static Map<String, Benchmark> benchmarks() {
    Map<String, Benchmark> all = new TreeMap<>();
    for (Benchmark benchmark :
        List.of(
            new AutologOverhead(),
            new BatchVsPlain(),
            new ColdCli(),
            new SearchMillion(),
            new CommitGrowth(),
            new LogMetricCall(),
            new MetricIngest(),
            new RunLifecycle(),
            new StreamVsPlain(),
            new StoreReads.Search(),
            new StoreReads.GetRun(),
            new StoreReads.History())) {
      all.put(benchmark.name(), benchmark);
    }
    return all;
  }

  /** {@code Main <home> <one jar> <programs jar> <name>}. */
  public static void main(String[] args) throws Exception {
    Map<String, Benchmark> all = benchmarks();
    String name = args.length == 4 ? args[3] : "";
    if (!all.containsKey(name)) {
      System.err.println(
          "benchmark: no benchmark is called '"
              + name
              + "'"
              + NearestMatch.hint(name, all.keySet())
              + " The benchmarks are:");
      all.forEach((key, benchmark) -> System.err.println("  " + key + "  " + benchmark.about()));
      System.exit(2);
    }
    Path home = Path.of(args[0]);
    Path scratch =
        Files.createTempDirectory(
            Files.createDirectories(home.resolve("benchmarks/target/measurements")), name + "-");
    Bench bench = new Bench(home, Path.of(args[1]), Path.of(args[2]), scratch);
    bench.say("logs and data in " + scratch);
    System.out.println(all.get(name).measure(bench).json());
  }
}
