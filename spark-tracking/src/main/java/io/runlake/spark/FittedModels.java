package io.runlake.spark;

import java.util.Optional;

/** Which fit a model of this process came from, as long as somebody holds the model. */
final class FittedModels {
  private static final WeakIdentityMap<FitRun> RUNS = new WeakIdentityMap<>(100_000);

  private FittedModels() {}

  /** A later fit that gives the same object is the one that counts. */
  static void remember(Object model, FitRun run) {
    RUNS.put(model, run);
  }

  /** The run of a model's fit; empty if none was logged. */
  static Optional<FitRun> of(Object model) {
    return RUNS.get(model);
  }
}
