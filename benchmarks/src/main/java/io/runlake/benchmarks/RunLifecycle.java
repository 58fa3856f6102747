package io.runlake.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A short run from its start to its durable end, alone and beside others. */
final class RunLifecycle implements Benchmark {
  private static final double GOAL = 40;
  private static final double GOAL_TOGETHER = 500;

  @Override
  public String name() {
    return "run-lifecycle";
  }

  @Override
  public String about() {
    return "start, 10 params, 10 metrics, durable end: milliseconds alone, runs/s with 8 threads";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    Map<String, Object> before = Machine.now();
    List<String> lines =
        bench.jvm(
            "runs",
            LifecycleProgram.class.getName(),
            List.of(
                "delta:" + bench.scratch().resolve("store"),
                Integer.toString(Bench.setting("RUNLAKE_BENCH_RUNS", 300)),
                "8",
                Integer.toString(Bench.setting("RUNLAKE_BENCH_RUNS_TOGETHER", 2_000)),
                Integer.toString(Bench.setting("RUNLAKE_BENCH_TURNS", 7))));
    Samples alone = column(lines, "alone");
    Samples together = column(lines, "together");
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("runs_per_second_8_threads", together.spread());
    details.put("goal_runs_per_second", GOAL_TOGETHER);
    details.put("before", before);
    details.put("after", Machine.now());
    Map<String, Double> peer = new LinkedHashMap<>();
    peer.put("sqlite", 27.4);
    peer.put("file store, never synced", 14.3);
    peer.put("REST over sqlite", 78.3);
    boolean reached = alone.median() <= GOAL && together.median() >= GOAL_TOGETHER;
    return Figures.toGoal(name(), "ms", alone, GOAL, reached, peer, details);
  }

  private static Samples column(List<String> lines, String what) {
    return new Samples(
        lines.stream()
            .filter(line -> line.startsWith(what + " "))
            .map(line -> Double.parseDouble(line.split(" ")[1]))
            .toList());
  }
}
