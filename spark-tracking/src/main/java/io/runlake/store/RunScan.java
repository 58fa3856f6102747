package io.runlake.store;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which runs to read, and what of them.
 *
 * @param experiments those of these experiments; empty means of all
 * @param parts the maps that are wanted; the others may come empty, which reads less
 */
public record RunScan(Optional<Set<ExperimentId>> experiments, Set<Part> parts) {
  /** A map of a {@link RunRow}. */
  public enum Part {
    PARAMS,
    TAGS,
    METRICS,
    INPUTS
  }

  private static final Set<Part> ALL_PARTS = Set.copyOf(EnumSet.allOf(Part.class));

  public RunScan {
    experiments = experiments.map(Set::copyOf);
    parts = Set.copyOf(parts);
  }

  /** All of all runs. */
  public static RunScan all() {
    return new RunScan(Optional.empty(), ALL_PARTS);
  }

  /** All of the runs of these experiments. */
  public static RunScan of(Set<ExperimentId> experiments) {
    return new RunScan(Optional.of(experiments), ALL_PARTS);
  }

  /** The same runs, with these maps alone. */
  public RunScan withParts(Set<Part> value) {
    return new RunScan(experiments, value);
  }

  /** Whether a run of that experiment is asked for. */
  public boolean includes(ExperimentId experiment) {
    return experiments.isEmpty() || experiments.get().contains(experiment);
  }
}
