package io.runlake.store;

import java.util.Optional;
import java.util.Set;

/**
 * Which runs to read.
 *
 * @param experiments those of these experiments; empty means of all
 */
public record RunScan(Optional<Set<ExperimentId>> experiments) {
  public RunScan {
    experiments = experiments.map(Set::copyOf);
  }

  public static RunScan all() {
    return new RunScan(Optional.empty());
  }

  public static RunScan of(Set<ExperimentId> experiments) {
    return new RunScan(Optional.of(experiments));
  }

  /** Whether a run of that experiment is asked for. */
  public boolean includes(ExperimentId experiment) {
    return experiments.isEmpty() || experiments.get().contains(experiment);
  }
}
