package io.runlake.spark;

import io.runlake.flavor.SavedModel;
import io.runlake.registry.RegisterOptions;
import io.runlake.tracking.ActiveRun;
import java.util.Optional;

/**
 * The saved model of a fit on its way to become the next version of a registered model.
 *
 * @param name of the registered model, which is made if there is none
 * @param model what was saved into the run
 */
record Registration(String name, SavedModel model) {
  /** On runs whose model was saved but not registered: why not. */
  static final String ERROR = "runlake.register.error";

  /** Registers, after all of the run that was logged so far is durable. Never throws. */
  void carryOut(ActiveRun run) {
    try {
      run.flush();
      run.runlake()
          .registry()
          .register(
              name, model.path(), Optional.of(run.id()), RegisterOptions.because("autologging"));
    } catch (Throwable e) {
      String why = Guard.firstLine(e);
      RunFacts.tag(run, ERROR, why);
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
}
