package io.runlake.benchmarks;

import io.runlake.benchmarks.OverheadSeries.Answer;
import io.runlake.benchmarks.TrainingJob.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Fits with autologging on against the same with it off, in turns: a pipeline of about ten seconds,
 * a grid of 40 fits, a bare estimator, and a pipeline so small that all a fit costs whatever its
 * size is most visible.
 *
 * <p>Two programs stay up and are asked in turns, so that all samples are of warm ones: one without
 * the plugin, and one with it in which autologging is switched off, on without models and on with
 * them. Ratios are of the latter program, since two programs of the same kind differ by some
 * percent of their own, which is told. With models the fit saves, which the rival does not: so it
 * is compared with the fit and Spark's own save. The start of a session is measured in programs of
 * its own.
 */
final class AutologOverhead implements Benchmark {
  private static final double MOST_WITHOUT_MODEL = 1.02;
  private static final double MOST_WITH_MODEL = 1.10;
  private static final double MOST_AT_START = 1.5;

  /** How a fit is logged. */
  enum Mode {
    NO_PLUGIN,
    OFF,
    ON,
    MODELS;

    boolean logs() {
      return this == ON || this == MODELS;
    }

    boolean savesModels() {
      return this == MODELS;
    }
  }

  /** How often in a turn: the shorter, the more often. */
  private static final Map<Kind, Integer> SAMPLES =
      new EnumMap<>(Map.of(Kind.PIPELINE, 1, Kind.GRID, 1, Kind.BARE, 7, Kind.SMALL, 5));

  /** Fits that warm a program up: that of the pipeline is long, and comes last. */
  private static final Map<Kind, Integer> WARM_UP =
      new EnumMap<>(Map.of(Kind.SMALL, 4, Kind.BARE, 8, Kind.GRID, 2, Kind.PIPELINE, 1));

  private final Map<Kind, OverheadSeries> series = new EnumMap<>(Kind.class);
  private final Map<String, Object> firstFits = new LinkedHashMap<>();

  @Override
  public String name() {
    return "autolog-overhead";
  }

  @Override
  public String about() {
    return "a pipeline, a grid of 40 fits and a bare estimator, autologged and not; the start";
  }

  @Override
  public Figures measure(Bench bench) throws IOException {
    final Map<String, Object> before = Machine.now();
    int turns = Bench.setting("RUNLAKE_BENCH_TURNS", 3);
    Map<String, Object> start = start(bench, Bench.setting("RUNLAKE_BENCH_STARTS", 4));
    for (Kind kind : Kind.values()) {
      series.put(kind, new OverheadSeries());
    }
    try (Dialogue without = program(bench, "without", false);
        Dialogue with = program(bench, "with", true)) {
      without.hear();
      with.hear();
      bench.say("warming up");
      warmUp(without, Mode.NO_PLUGIN);
      warmUp(with, Mode.MODELS);
      for (Kind kind : Kind.values()) {
        series.get(kind).wrapped(Answer.of(with.ask("wrap " + kind)));
      }
      for (int turn = 0; turn < turns; turn++) {
        bench.say("turn " + (turn + 1) + " of " + turns);
        for (Kind kind : Kind.values()) {
          for (int sample = 0; sample < SAMPLES.get(kind); sample++) {
            measure(kind, turn + sample, without, with);
          }
        }
      }
    }
    return figures(start, before);
  }

  private static Dialogue program(Bench bench, String label, boolean plugin) throws IOException {
    List<String> conf = new ArrayList<>();
    if (plugin) {
      conf.addAll(List.of("--conf", "spark.plugins=io.runlake.spark.RunlakePlugin"));
      conf.addAll(
          List.of(
              "--conf", "spark.runlake.tracking.uri=delta:" + bench.scratch().resolve("store")));
    }
    int percent = Bench.setting("RUNLAKE_BENCH_PERCENT", 100);
    List<String> arguments = List.of(bench.scratch().toString(), Integer.toString(percent));
    return bench.dialogue(label, conf, FitProgram.class.getName(), arguments);
  }

  /** The first fit of a program is told apart; it loads what later ones have. */
  private void warmUp(Dialogue program, Mode mode) throws IOException {
    for (Kind kind : List.of(Kind.SMALL, Kind.BARE, Kind.GRID, Kind.PIPELINE)) {
      Answer first = fit(program, kind, mode);
      if (kind == Kind.SMALL) {
        firstFits.put(mode.name().toLowerCase(Locale.ROOT), Figures.rounded(first.seconds()));
      }
      for (int i = 1; i < WARM_UP.get(kind); i++) {
        fit(program, kind, mode);
      }
      program.ask("save " + kind);
    }
  }

  private static Answer fit(Dialogue program, Kind kind, Mode mode) throws IOException {
    return Answer.of(program.ask("fit " + kind + " " + mode));
  }

  /** Forth and back, so that neither side is always the later and warmer one. */
  private void measure(Kind kind, int round, Dialogue without, Dialogue with) throws IOException {
    OverheadSeries into = series.get(kind);
    List<Mode> order = new ArrayList<>(List.of(Mode.values()));
    if (round % 2 == 1) {
      Collections.reverse(order);
    }
    for (Mode mode : order) {
      into.fitted(mode, fit(mode == Mode.NO_PLUGIN ? without : with, kind, mode));
      if (mode == Mode.OFF) {
        into.saved(Answer.of(with.ask("save " + kind)));
      }
    }
  }

  /** Sessions with the plugin and without, in turns, each in a new program. */
  private static Map<String, Object> start(Bench bench, int starts) throws IOException {
    Samples without = Samples.none();
    Samples with = Samples.none();
    for (int i = 0; i < starts; i++) {
      bench.say("start " + (i + 1) + " of " + starts);
      for (boolean plugin : i % 2 == 0 ? List.of(false, true) : List.of(true, false)) {
        try (Dialogue program = program(bench, "start-" + plugin + "-" + i, plugin)) {
          double seconds = Answer.of(program.hear()).seconds();
          without = plugin ? without : without.with(seconds);
          with = plugin ? with.with(seconds) : with;
        }
      }
    }
    double added = with.minus(without).median();
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("added_seconds", Figures.rounded(added));
    told.put("without", without.spread());
    told.put("with", with.spread());
    told.put("target", MOST_AT_START);
    told.put("holds", added <= MOST_AT_START);
    return told;
  }

  private Figures figures(Map<String, Object> start, Map<String, Object> before) {
    boolean holds = Boolean.TRUE.equals(start.get("holds"));
    Map<String, Object> details = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      OverheadSeries of = series.get(kind);
      Map<String, Object> told = new LinkedHashMap<>();
      if (kind != Kind.SMALL) {
        boolean kept =
            of.ratio() <= MOST_WITHOUT_MODEL
                && of.ratioWithSave() <= MOST_WITH_MODEL
                && of.extraJobs() <= 0;
        told.put("holds", kept);
        holds &= kept;
      }
      told.putAll(of.told());
      details.put(kind.name().toLowerCase(Locale.ROOT), told);
    }
    details.put("start_up", start);
    details.put("first_fit", firstFits);
    Map<String, Object> targets = new LinkedHashMap<>();
    targets.put("ratio_without_model", MOST_WITHOUT_MODEL);
    targets.put("ratio_with_model", MOST_WITH_MODEL);
    targets.put("extra_jobs", 0);
    targets.put("start_up.added_seconds", MOST_AT_START);
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("holds", holds);
    all.put("targets", targets);
    all.putAll(details);
    all.put("before", before);
    all.put("after", Machine.now());
    OverheadSeries pipeline = series.get(Kind.PIPELINE);
    return Figures.of(name(), "s", pipeline.of(Mode.ON), pipeline.of(Mode.OFF), all);
  }
}
