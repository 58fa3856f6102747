package io.runlake.spark;

import io.runlake.flavor.SavedModel;
import io.runlake.registry.RegisterOptions;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunLog;
import io.runlake.tracking.Runlake;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The saved model of a fit on its way to become the next version of a registered model.
 *
 * @param name of the registered model, which is made if there is none
 * @param model what was saved into the run
 */
record Registration(String name, SavedModel model) {
  /** On runs whose model was saved but not registered: why not. */
  static final String ERROR = "runlake.register.error";

  /**
   * Registers, after all of the run that was logged so far is durable. Never throws.
   *
   * @param store where the run is found if the user has ended it and closed its {@code Runlake}
   */
  void carryOut(ActiveRun run, Optional<Supplier<Runlake>> store) {
    try {
      RunFacts.write(run, store, RunLog::flush);
      Runlake live = run.ended() ? store.map(Supplier::get).orElse(run.runlake()) : run.runlake();
      live.registry()
          .register(
              name, model.path(), Optional.of(run.id()), RegisterOptions.because("autologging"));
    } catch (Throwable e) {
      String why = Guard.firstLine(e);
      tag(run, store, why);
      Guard.say(
          "register",
          "the model of run "
              + run.id()
              + " was saved, but not registered as "
              + name
              + ": "
              + why
              + ". The run says so in its tag "
              + ERROR
              + "; this is said once.");
    }
  }

  private static void tag(ActiveRun run, Optional<Supplier<Runlake>> store, String why) {
    try {
      RunFacts.write(run, store, log -> RunFacts.tag(log, ERROR, why));
    } catch (Throwable e) {
      Guard.lost("why a model was not registered could not be logged", e);
    }
  }
}
