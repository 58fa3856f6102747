package io.runlake.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code logMetric} costs the caller, and after how long its point is durable by itself. */
final class LogMetricCall implements Benchmark {
  private static final double GOAL = 2;
  private static final double GOAL_DURABLE = 1;

  @Override
  public String name() {
    return "log-metric-call";
  }

  @Override
  public String about() {
    return "what a call of logMetric costs, and when the point is durable without a flush";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    Map<String, Object> before = Machine.now();
    List<String> lines =
        bench.jvm(
            "calls",
            CallProgram.class.getName(),
            List.of(
                "delta:" + bench.scratch().resolve("store"),
                Integer.toString(Bench.setting("RUNLAKE_BENCH_TURNS", 10)),
                Integer.toString(Bench.setting("RUNLAKE_BENCH_WAITS", 20))));
    Samples medians = column(lines, "call", 1);
    Samples durable = column(lines, "durable", 1);
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("p99", column(lines, "call", 2).spread());
    details.put("p999", column(lines, "call", 3).spread());
    details.put("greatest", column(lines, "call", 4).spread());
    details.put("first_calls_of_a_jvm", column(lines, "first", 1).spread());
    details.put("once_a_millisecond", column(lines, "paced", 1).spread());
    details.put("seconds_to_durable", durable.spread());
    details.put("goal_seconds_to_durable", GOAL_DURABLE);
    details.put("before", before);
    details.put("after", Machine.now());
    Map<String, Double> peer = new LinkedHashMap<>();
    peer.put("file store, never synced", 473.0);
    peer.put("sqlite", 7_750.0);
    peer.put("REST over sqlite", 22_200.0);
    boolean reached = medians.median() <= GOAL && durable.max() <= GOAL_DURABLE;
    return Figures.toGoal(name(), "us", medians, GOAL, reached, peer, details);
  }

  private static Samples column(List<String> lines, String what, int column) {
    return new Samples(
        lines.stream()
            .filter(line -> line.startsWith(what + " "))
            .map(line -> Double.parseDouble(line.split(" ")[column]))
            .toList());
  }
}
