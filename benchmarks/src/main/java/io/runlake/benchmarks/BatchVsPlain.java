package io.runlake.benchmarks;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A night by the batch job against the same by hand: load, transform, write, with the same columns
 * and neither count nor cache. Both in one warm session; the first pair of each format is left out.
 */
final class BatchVsPlain implements Benchmark {
  private final Map<String, Samples> series = new TreeMap<>();

  @Override
  public String name() {
    return "batch-vs-plain";
  }

  @Override
  public String about() {
    return "a night by the batch job against a hand-written load, transform, write";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    int rows = Bench.setting("RUNLAKE_BENCH_NIGHT_ROWS", 1_000_000);
    int turns = Bench.setting("RUNLAKE_BENCH_TURNS", 3);
    bench.say(turns + " turns of " + rows + " rows, by the job and by hand, parquet and csv");
    List<String> lines =
        bench.submit(
            "nights",
            List.of(
                "--conf", "spark.delta.logStore.file.impl=io.runlake.store.delta.LocalLogStore"),
            NightProgram.class.getName(),
            List.of(
                bench.scratch().toString(),
                Integer.toString(rows),
                Integer.toString(turns),
                bench.home().resolve("data/occupancy/datatraining.txt").toString()));
    for (String line : lines) {
      String[] parts = line.split(" ");
      if (List.of("night", "first", "phase").contains(parts[0])) {
        String key = line.substring(0, line.lastIndexOf(' '));
        double seconds = Double.parseDouble(parts[parts.length - 1]);
        series.merge(key, Samples.none().with(seconds), (all, one) -> all.with(one.values()));
      }
    }
    return figures(rows);
  }

  private Figures figures(int rows) {
    Samples csvOurs = series.get("night csv ours");
    Samples csvRival = series.get("night csv rival");
    Samples csvRatios = csvOurs.over(csvRival);
    Map<String, Object> csv = new LinkedHashMap<>();
    csv.put("ours", Figures.rounded(csvOurs.median()));
    csv.put("rival", Figures.rounded(csvRival.median()));
    csv.put("ratio", Figures.rounded(csvOurs.median() / csvRival.median()));
    csv.put("min", Figures.rounded(csvRatios.min()));
    csv.put("max", Figures.rounded(csvRatios.max()));
    Map<String, Object> phases = new TreeMap<>();
    Map<String, Object> first = new TreeMap<>();
    series.forEach(
        (key, samples) -> {
          if (key.startsWith("phase ")) {
            phases.put(key.substring("phase ".length()), Figures.rounded(samples.median()));
          } else if (key.startsWith("first ")) {
            first.put(key.substring("first ".length()), Figures.rounded(samples.median()));
          }
        });
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("rows", rows);
    details.put("csv", csv);
    details.put("phases", phases);
    details.put("first", first);
    return Figures.of(
        name(), "s", series.get("night parquet ours"), series.get("night parquet rival"), details);
  }
}
