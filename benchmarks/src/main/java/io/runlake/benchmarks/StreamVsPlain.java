package io.runlake.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stream of CSV files by the streaming job against a hand-written {@code foreachBatch} with the
 * same source, parsing, columns and transaction ids. The rival neither checks rows nor counts them,
 * pins no model and logs no run. Both in one warm session; the first pair is left out.
 */
final class StreamVsPlain implements Benchmark {
  private final Map<String, Samples> series = new TreeMap<>();

  @Override
  public String name() {
    return "stream-vs-plain";
  }

  @Override
  public String about() {
    return "a stream by the streaming job against a hand-written foreachBatch";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    int rows = Bench.setting("RUNLAKE_BENCH_STREAM_ROWS", 1_000_000);
    int batches = Bench.setting("RUNLAKE_BENCH_STREAM_BATCHES", 10);
    int turns = Bench.setting("RUNLAKE_BENCH_TURNS", 3);
    bench.say(
        turns + " turns of " + rows + " rows in " + batches + " batches, by the job and by hand");
    List<String> lines =
        bench.submit(
            "streams",
            List.of(
                "--conf", "spark.delta.logStore.file.impl=io.runlake.store.delta.LocalLogStore"),
            StreamProgram.class.getName(),
            List.of(
                bench.scratch().toString(),
                Integer.toString(rows),
                Integer.toString(batches),
                Integer.toString(turns),
                bench.home().resolve("data/occupancy/datatraining.txt").toString()));
    for (String line : lines) {
      String[] parts = line.split(" ");
      if (List.of("stream", "phase").contains(parts[0])) {
        String key = line.substring(0, line.lastIndexOf(' '));
        double seconds = Double.parseDouble(parts[parts.length - 1]);
        series.merge(key, Samples.none().with(seconds), (all, one) -> all.with(one.values()));
      }
    }
    return figures(rows, batches);
  }

  private Figures figures(int rows, int batches) {
    Samples ours = series.get("stream ours");
    Samples rival = series.get("stream rival");
    Map<String, Object> rates = new LinkedHashMap<>();
    rates.put("ours", Figures.rounded(rows / ours.median()));
    rates.put("rival", Figures.rounded(rows / rival.median()));
    Map<String, Object> phases = new TreeMap<>();
    series.forEach(
        (key, samples) -> {
          if (key.startsWith("phase ")) {
            phases.put(key.substring("phase ".length()), Figures.rounded(samples.median()));
          }
        });
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("rows", rows);
    details.put("batches", batches);
    details.put("rows_per_second", rates);
    details.put("phases", phases);
    return Figures.of(name(), "s", ours, rival, details);
  }
}
