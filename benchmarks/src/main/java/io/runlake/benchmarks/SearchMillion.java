package io.runlake.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The best hundred of a million settled runs with ten params and ten metrics each, through Spark in
 * a warm session, by {@code Runlake.searchRuns} and by a query that one writes by hand over the
 * table, in turns; then the same when some of the runs were changed after they were settled.
 */
final class SearchMillion implements Benchmark {
  private static final Map<String, Double> GOALS = Map.of("filter-order", 2.0, "order", 3.0);
  private final Map<String, Samples> series = new TreeMap<>();

  @Override
  public String name() {
    return "search-1m";
  }

  @Override
  public String about() {
    return "100 of 1,000,000 settled runs through Spark, against a query by hand over the table";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    int runs = Bench.setting("RUNLAKE_BENCH_SEARCH_RUNS", 1_000_000);
    int changed = Bench.setting("RUNLAKE_BENCH_SEARCH_CHANGED", 5_000);
    int turns = Bench.setting("RUNLAKE_BENCH_TURNS", 7);
    bench.say("writing " + runs + " runs, then " + turns + " turns of each search");
    double loadBefore = load();
    List<String> lines =
        bench.submit(
            "search",
            List.of(
                "--conf", "spark.delta.logStore.file.impl=io.runlake.store.delta.LocalLogStore",
                "--conf", "spark.hadoop.parquet.page.row.count.limit=1000",
                "--conf", "spark.sql.shuffle.partitions=2",
                "--conf", "spark.runlake.search.spark.from=0b"),
            SearchProgram.class.getName(),
            List.of(
                bench.scratch().resolve("store").toString(),
                Integer.toString(runs),
                Integer.toString(changed),
                Integer.toString(turns)));
    for (String line : lines) {
      String[] parts = line.split(" ");
      if (List.of("search", "first").contains(parts[0])) {
        String key = line.substring(0, line.lastIndexOf(' '));
        double seconds = Double.parseDouble(parts[parts.length - 1]);
        series.merge(key, Samples.none().with(seconds), (all, one) -> all.with(one.values()));
      }
    }
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("runs", runs);
    details.put("changed", changed);
    Map<String, Object> searches = new TreeMap<>();
    series.forEach((key, samples) -> searches.put(key, spread(key, samples)));
    details.put("searches", searches);
    details.put(
        "peer",
        "MLflow over SQLite, 50,000 runs, the same machine type: 0.757 s by order and 0.797 s with"
            + " a filter once ANALYZE was run by hand; 14.251 s with a filter as MLflow leaves it");
    details.put("processors", Runtime.getRuntime().availableProcessors());
    details.put("load_before", Figures.rounded(loadBefore));
    details.put("load_after", Figures.rounded(load()));
    return Figures.of(
        name(),
        "s",
        series.get("search filter-order ours"),
        series.get("search filter-order rival"),
        details);
  }

  private static Map<String, Object> spread(String key, Samples samples) {
    Map<String, Object> spread = new LinkedHashMap<>();
    spread.put("median", Figures.rounded(samples.median()));
    spread.put("min", Figures.rounded(samples.min()));
    spread.put("max", Figures.rounded(samples.max()));
    spread.put("n", samples.values().size());
    String[] parts = key.split(" ");
    String what = parts[1].replace("changed-", "");
    if (parts[0].equals("search") && parts[2].equals("ours")) {
      spread.put("goal", GOALS.get(what));
    }
    return spread;
  }

  /** The machine's load over the last minute, or -1 where it is not told. */
  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }
}
