package io.runlake.benchmarks;

import io.runlake.benchmarks.AutologOverhead.Mode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** The samples of one kind of fit in all modes, and what they say. One for each mode in a turn. */
final class OverheadSeries {
  /** An answer of {@link FitProgram}. */
  record Answer(double seconds, int jobs, int marked, double cpu) {
    static Answer of(String line) {
      String[] parts = line.split(" ");
      return new Answer(
          Double.parseDouble(parts[0]),
          Integer.parseInt(parts[1]),
          Integer.parseInt(parts[2]),
          Double.parseDouble(parts[3]));
    }
  }

  private final Map<Mode, Samples> seconds = new EnumMap<>(Mode.class);
  private final Map<Mode, Samples> cpu = new EnumMap<>(Mode.class);
  private final Map<Mode, TreeSet<Integer>> jobs = new EnumMap<>(Mode.class);
  private final TreeSet<Integer> marked = new TreeSet<>();
  private final TreeSet<Integer> saveJobs = new TreeSet<>();
  private int wrapJobs;
  private Samples saves = Samples.none();

  OverheadSeries() {
    for (Mode mode : Mode.values()) {
      seconds.put(mode, Samples.none());
      cpu.put(mode, Samples.none());
      jobs.put(mode, new TreeSet<>());
    }
  }

  void fitted(Mode mode, Answer answer) {
    seconds.computeIfPresent(mode, (key, known) -> known.with(answer.seconds()));
    cpu.computeIfPresent(mode, (key, known) -> known.with(answer.cpu()));
    jobs.get(mode).add(answer.jobs());
    if (mode == Mode.MODELS) {
      marked.add(answer.marked());
    }
  }

  /** A save by hand of what was fitted with autologging off. */
  void saved(Answer answer) {
    saves = saves.with(answer.seconds());
    saveJobs.add(answer.jobs());
  }

  /** A save by hand in the layout of MLflow's format, which has a pipeline around each model. */
  void wrapped(Answer answer) {
    wrapJobs = answer.jobs();
  }

  Samples of(Mode mode) {
    return seconds.get(mode);
  }

  /** The median of the ratios of what was measured in one turn. */
  double ratio() {
    return of(Mode.ON).over(of(Mode.OFF)).median();
  }

  /** The fit that saves its model, against the fit and Spark's own save. */
  double ratioWithSave() {
    return of(Mode.MODELS).over(of(Mode.OFF).plus(saves)).median();
  }

  /** Spark jobs beyond those of the fit and of one such save; the worst of all turns. */
  int extraJobs() {
    int without = jobs.get(Mode.ON).last() - jobs.get(Mode.OFF).first();
    int with = jobs.get(Mode.MODELS).last() - jobs.get(Mode.OFF).first() - wrapJobs;
    return Math.max(without, with);
  }

  Map<String, Object> told() {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("ratio_without_model", Figures.rounded(ratio()));
    told.put("ratio_without_model_spread", of(Mode.ON).over(of(Mode.OFF)).spread());
    told.put("ratio_with_model", Figures.rounded(ratioWithSave()));
    told.put("ratio_with_model_spread", of(Mode.MODELS).over(of(Mode.OFF).plus(saves)).spread());
    told.put("extra_jobs", extraJobs());
    told.put("added_seconds", Figures.rounded(of(Mode.ON).minus(of(Mode.OFF)).median()));
    told.put(
        "model_part_over_save",
        Figures.rounded(of(Mode.MODELS).minus(of(Mode.ON)).over(saves).median()));
    told.put("save", saves.spread());
    told.put("seconds", byMode(mode -> seconds.get(mode).spread()));
    told.put("cpu_seconds", byMode(mode -> Figures.rounded(cpu.get(mode).median())));
    told.put("jobs", byMode(jobs::get));
    told.put("jobs_of_save", Map.of("plain", saveJobs, "in_pipeline", wrapJobs));
    told.put("marked_jobs", marked);
    // Two programs of the same kind differ too: see how far off is from without.
    told.put("ratio_to_no_plugin", Figures.rounded(of(Mode.ON).over(of(Mode.NO_PLUGIN)).median()));
    told.put("ratio_of_programs", Figures.rounded(of(Mode.OFF).over(of(Mode.NO_PLUGIN)).median()));
    return told;
  }

  private static Map<String, Object> byMode(Function<Mode, Object> what) {
    Map<String, Object> told = new LinkedHashMap<>();
    for (Mode mode : Mode.values()) {
      told.put(mode.name().toLowerCase(Locale.ROOT), what.apply(mode));
    }
    return told;
  }
}
