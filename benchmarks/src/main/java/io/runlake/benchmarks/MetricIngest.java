package io.runlake.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many metric points a second one driver makes durable on the local disk, by the public API.
 */
final class MetricIngest implements Benchmark {
  private static final double GOAL = 500_000;

  @Override
  public String name() {
    return "metric-ingest";
  }

  @Override
  public String about() {
    return "durable metric points per second of one driver, 10 keys, a million points a run";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    int points = Bench.setting("RUNLAKE_BENCH_POINTS", 1_000_000);
    int turns = Bench.setting("RUNLAKE_BENCH_TURNS", 7);
    Map<String, Object> before = Machine.now();
    Map<String, Object> details = new LinkedHashMap<>();
    Samples steps = measure(bench, "steps", points, turns, details);
    measure(bench, "points", points, turns, details);
    details.put("before", before);
    details.put("after", Machine.now());
    Map<String, Double> peer = new LinkedHashMap<>();
    peer.put("file store, log_batch of 1,000, never synced", 17_645.0);
    peer.put("sqlite", 7_445.0);
    peer.put("REST over sqlite", 4_297.0);
    return Figures.toGoal(name(), "points/s", steps, GOAL, steps.median() >= GOAL, peer, details);
  }

  private static Samples measure(
      Bench bench, String how, int points, int turns, Map<String, Object> details)
      throws IOException, InterruptedException {
    bench.say(turns + " runs of " + points + " points, by " + how);
    List<String> lines =
        bench.jvm(
            how,
            IngestProgram.class.getName(),
            List.of(
                "delta:" + bench.scratch().resolve("store-" + how),
                Integer.toString(points),
                Integer.toString(turns + 1),
                how));
    Samples rates = Samples.none();
    Samples logging = Samples.none();
    // The first run warms the JVM up.
    for (String line : lines.subList(1, lines.size())) {
      String[] parts = line.split(" ");
      rates = rates.with(points / Double.parseDouble(parts[1]));
      logging = logging.with(Double.parseDouble(parts[2]));
    }
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("points_per_second", rates.spread());
    told.put("seconds_in_log_calls", logging.spread());
    told.put("first_run", Figures.rounded(points / Double.parseDouble(lines.get(0).split(" ")[1])));
    details.put(how.equals("steps") ? "ten_keys_a_call" : "one_point_a_call", told);
    return rates;
  }
}
