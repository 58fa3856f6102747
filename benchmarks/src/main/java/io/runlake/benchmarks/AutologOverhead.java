package io.runlake.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A pipeline fit of about ten seconds with the plugin against the same without it. Each turn starts
 * one program per variant, in an order that rotates; the first fit of a program warms it up and is
 * told apart, as is the start of its session.
 *
 * <p>With model logging the fit saves its model, which the rival does not: {@code save} says what
 * Spark's own save takes, and {@code ratio_with_plain_save} compares with fit and save by hand.
 */
final class AutologOverhead implements Benchmark {
  /** What is started in each turn. */
  private enum Variant {
    OFF(List.of()),
    MODELS(List.of()),
    NO_MODELS(List.of("--conf", "spark.runlake.autolog.models=false"));

    private final List<String> conf;

    Variant(List<String> conf) {
      this.conf = conf;
    }
  }

  /** What the programs of one variant printed. */
  private static final class Series {
    private Samples session = Samples.none();
    private Samples first = Samples.none();
    private Samples fits = Samples.none();
    private Samples saves = Samples.none();
    private Samples fitCpu = Samples.none();
    private Samples saveCpu = Samples.none();
    private final TreeSet<Integer> jobs = new TreeSet<>();
    private final TreeSet<Integer> markedJobs = new TreeSet<>();
    private final TreeSet<Integer> saveJobs = new TreeSet<>();
  }

  private final Map<Variant, Series> series = new EnumMap<>(Variant.class);

  @Override
  public String name() {
    return "autolog-overhead";
  }

  @Override
  public String about() {
    return "a pipeline fit with the plugin (models logged, and not) against the same without it";
  }

  @Override
  public Figures measure(Bench bench) throws IOException, InterruptedException {
    int turns = Bench.setting("RUNLAKE_BENCH_TURNS", 3);
    int fits = Bench.setting("RUNLAKE_BENCH_FITS", 3);
    for (Variant variant : Variant.values()) {
      series.put(variant, new Series());
    }
    for (int turn = 0; turn < turns; turn++) {
      List<Variant> order = new ArrayList<>(List.of(Variant.values()));
      Collections.rotate(order, turn);
      for (Variant variant : order) {
        bench.say("turn " + (turn + 1) + " of " + turns + ": " + variant);
        read(variant, run(bench, variant, turn, fits));
      }
    }
    return figures();
  }

  private static List<String> run(Bench bench, Variant variant, int turn, int fits)
      throws IOException, InterruptedException {
    Path scratch = bench.scratch();
    List<String> conf = new ArrayList<>(variant.conf);
    if (variant != Variant.OFF) {
      conf.addAll(List.of("--conf", "spark.plugins=io.runlake.spark.RunlakePlugin"));
      conf.addAll(
          List.of("--conf", "spark.runlake.tracking.uri=delta:" + scratch.resolve("store")));
    }
    return bench.submit(
        variant + "-" + turn,
        conf,
        FitProgram.class.getName(),
        List.of(
            scratch.resolve("data").toString(),
            Integer.toString(Bench.setting("RUNLAKE_BENCH_ROWS", 250_000)),
            Integer.toString(Bench.setting("RUNLAKE_BENCH_ITERATIONS", 60)),
            "20",
            Integer.toString(fits + 1),
            variant == Variant.OFF ? scratch.resolve("saved").toString() : "-"));
  }

  private void read(Variant variant, List<String> lines) {
    Series into = series.get(variant);
    int fits = 0;
    for (String line : lines) {
      String[] parts = line.split(" ");
      double seconds = Double.parseDouble(parts[1]);
      double cpu = Double.parseDouble(parts[4]);
      switch (parts[0]) {
        case "session" -> into.session = into.session.with(seconds);
        case "fit" -> {
          fits++;
          into.first = fits == 1 ? into.first.with(seconds) : into.first;
          into.fits = fits == 1 ? into.fits : into.fits.with(seconds);
          into.fitCpu = fits == 1 ? into.fitCpu : into.fitCpu.with(cpu);
          into.jobs.add(Integer.parseInt(parts[2]));
          into.markedJobs.add(Integer.parseInt(parts[3]));
        }
        case "save" -> {
          into.saves = fits == 1 ? into.saves : into.saves.with(seconds);
          into.saveCpu = fits == 1 ? into.saveCpu : into.saveCpu.with(cpu);
          into.saveJobs.add(Integer.parseInt(parts[2]));
        }
        default -> throw new IllegalStateException("Not a line of FitProgram: " + line);
      }
    }
  }

  private Figures figures() {
    Series off = series.get(Variant.OFF);
    Series models = series.get(Variant.MODELS);
    Series noModels = series.get(Variant.NO_MODELS);
    Samples ratios = noModels.fits.over(off.fits);
    Map<String, Object> without = new LinkedHashMap<>();
    without.put("ours", Figures.rounded(noModels.fits.median()));
    without.put("ratio", Figures.rounded(noModels.fits.median() / off.fits.median()));
    without.put("min", Figures.rounded(ratios.min()));
    without.put("max", Figures.rounded(ratios.max()));
    without.put("extra_jobs", noModels.jobs.last() - off.jobs.first());

    double byHand = off.fits.median() + off.saves.median();
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("without_models", without);
    details.put("plain_save", Figures.rounded(off.saves.median()));
    details.put("ratio_with_plain_save", Figures.rounded(models.fits.median() / byHand));
    details.put("extra_jobs", models.jobs.last() - off.jobs.first() - off.saveJobs.last());
    details.put("jobs", Map.of("fit", off.jobs, "save", off.saveJobs, "ours", models.jobs));
    details.put("marked_jobs", models.markedJobs);
    Map<String, Object> cpu = medians(all -> all.fitCpu);
    cpu.put("plain_save", Figures.rounded(off.saveCpu.median()));
    details.put("cpu_seconds", cpu);
    details.put("first_fit", medians(s -> s.first));
    details.put("session", medians(s -> s.session));
    return Figures.of(name(), "s", models.fits, off.fits, details);
  }

  private Map<String, Object> medians(Function<Series, Samples> of) {
    Map<String, Object> medians = new LinkedHashMap<>();
    series.forEach(
        (variant, all) ->
            medians.put(
                variant.name().toLowerCase(Locale.ROOT), Figures.rounded(of.apply(all).median())));
    return medians;
  }
}
