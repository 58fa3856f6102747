package io.runlake.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether commits stay as quick as they were as the log grows, and points a second as many as they
 * were as writers are added. Nothing maintains the tables meanwhile.
 */
final class CommitGrowth implements Benchmark {
  private static final double GOAL = 1.3;
  private static final int PARTS = 10;
  private static final int PROCESSES = 4;
  private static final List<Integer> WRITERS = List.of(1, 4, 16, 64);

  @Override
  public String name() {
    return "commit-growth";
  }

  @Override
  public String about() {
    return "10,000 commits, the last tenth against the first; 1 to 64 writers over 4 JVMs";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    int commits = Bench.setting("RUNLAKE_BENCH_COMMITS", 10_000);
    int seconds = Bench.setting("RUNLAKE_BENCH_SECONDS", 20);
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("before", Machine.now());
    List<Samples> tenths = tenths(bench, commits);
    details.put("commits_of_each_table", commits);
    details.put("milliseconds_by_tenth", tenths.stream().map(Samples::spread).toList());
    details.put(
        "mean_milliseconds_by_tenth",
        tenths.stream().map(tenth -> Figures.rounded(mean(tenth))).toList());
    details.put(
        "ratio_of_means", Figures.rounded(mean(tenths.get(PARTS - 1)) / mean(tenths.get(0))));
    Map<String, Object> rates = new LinkedHashMap<>();
    double one = 0;
    double least = Double.MAX_VALUE;
    for (int writers : WRITERS) {
      Map<String, Object> rate = writers(bench, writers, seconds);
      rates.put(Integer.toString(writers), rate);
      double points = ((Number) rate.get("points_per_second")).doubleValue();
      one = one == 0 ? points : one;
      least = Math.min(least, points / one);
    }
    details.put("writers_over_" + PROCESSES + "_processes", rates);
    details.put("least_points_against_one_writer", Figures.rounded(least));
    details.put("after", Machine.now());
    double ratio = tenths.get(PARTS - 1).median() / tenths.get(0).median();
    details.put("goal", GOAL);
    details.put("reached", ratio <= GOAL && least >= 1);
    return new Figures(
        name(),
        tenths.get(PARTS - 1).median(),
        tenths.get(0).median(),
        "ms, last tenth against first",
        ratio,
        commits / PARTS,
        ratio,
        ratio,
        details);
  }

  private static double mean(Samples samples) {
    return samples.values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static List<Samples> tenths(Bench bench, int commits)
      throws IOException, InterruptedException {
    bench.say(commits + " commits of one writer");
    // As many again as a tenth warm the JVM up, so that its tenth is not the slowest.
    int warm = Math.min(500, commits / PARTS);
    List<String> lines =
        bench.jvm(
            "growth",
            WriterProgram.class.getName(),
            List.of(
                "delta:" + bench.scratch().resolve("growth"),
                "flushes",
                Integer.toString(commits + warm),
                "1"));
    List<Double> times =
        lines.stream().skip(warm).map(line -> Double.parseDouble(line.split(" ")[1])).toList();
    List<Samples> tenths = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      tenths.add(new Samples(times.subList(commits / PARTS * part, commits / PARTS * (part + 1))));
    }
    return tenths;
  }

  private static Map<String, Object> writers(Bench bench, int writers, int seconds)
      throws IOException, InterruptedException {
    int processes = Math.min(PROCESSES, writers);
    bench.say(writers + " writers in " + processes + " processes for " + seconds + " s");
    List<Process> children = new ArrayList<>();
    List<BufferedReader> outputs = new ArrayList<>();
    try {
      for (int i = 0; i < processes; i++) {
        List<String> command =
            Bench.java(
                "512m",
                WriterProgram.class.getName(),
                List.of(
                    "delta:" + bench.scratch().resolve("writers-" + writers),
                    "seconds",
                    Integer.toString(seconds),
                    "10",
                    Integer.toString(writers / processes)));
        Process child =
            new ProcessBuilder(command)
                .directory(bench.scratch().toFile())
                .redirectError(
                    bench.scratch().resolve("writers-" + writers + "-" + i + ".log").toFile())
                .start();
        children.add(child);
        outputs.add(
            new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8)));
      }
      for (BufferedReader output : outputs) {
        output.readLine();
      }
      for (Process child : children) {
        try (OutputStream go = child.getOutputStream()) {
          go.write('\n');
        }
      }
      return total(outputs, children);
    } finally {
      children.forEach(Process::destroy);
    }
  }

  private static Map<String, Object> total(List<BufferedReader> outputs, List<Process> children)
      throws IOException, InterruptedException {
    double points = 0;
    long flushes = 0;
    double slowest = Double.MAX_VALUE;
    for (int i = 0; i < outputs.size(); i++) {
      String line = outputs.get(i).readLine();
      if (line == null || children.get(i).waitFor() != 0) {
        throw new IOException("A writer failed; see its log beside the others.");
      }
      String[] parts = line.split(" ");
      double rate = Long.parseLong(parts[1]) / Double.parseDouble(parts[2]);
      points += rate;
      slowest = Math.min(slowest, rate);
      flushes += Long.parseLong(parts[3]);
    }
    Map<String, Object> total = new LinkedHashMap<>();
    total.put("points_per_second", Figures.rounded(points));
    total.put("flushes", flushes);
    total.put("slowest_process_against_mean", Figures.rounded(slowest / points * outputs.size()));
    return total;
  }
}
