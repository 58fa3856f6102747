package io.runlake.doctor;

import io.runlake.flavor.ModelException;
import io.runlake.flavor.ModelManifest;
import io.runlake.store.Checkup;
import io.runlake.store.RegistryRow;
import java.util.List;

/** The files of model versions: there, and those that were registered. */
final class ModelCheck {
  private final Checkup checkup;
  private final boolean deep;

  ModelCheck(Checkup checkup, boolean deep) {
    this.checkup = checkup;
    this.deep = deep;
  }

  void run(List<RegistryRow> versions) {
    for (RegistryRow version : versions) {
      String name = "model " + version.entry().name() + " version " + version.entry().version();
      checkup.progress().accept(name);
      version
          .model()
          .ifPresentOrElse(
              model -> check(name, model),
              () ->
                  checkup.violation(
                      "models.source",
                      "registry",
                      name,
                      "The version names no folder.",
                      "Delete the version; register the model again."));
    }
  }

  private void check(String name, RegistryRow.ModelSource model) {
    String where = name + " at " + model.source();
    try {
      String found =
          deep ? ModelManifest.verify(model.source()) : ModelManifest.digest(model.source());
      if (!found.equals(model.digest())) {
        checkup.violation(
            "models.digest",
            "models",
            where,
            "The digest of its files is "
                + found
                + ", and was "
                + model.digest()
                + " when it was"
                + " registered.",
            "Restore the folder from a backup, or delete the version and register the model anew.");
      }
    } catch (ModelException e) {
      if (e.kind() == ModelException.Kind.STORAGE) {
        checkup.warning(
            "models.reachable",
            "models",
            where,
            sentence(e),
            "Check that the storage can be reached from here and lets this user in.");
        return;
      }
      checkup.violation(
          e.kind() == ModelException.Kind.NOT_FOUND ? "models.present" : "models.whole",
          "models",
          where,
          sentence(e),
          "Restore the folder from a backup, or delete the version.");
    }
  }

  private static String sentence(ModelException e) {
    return e.getMessage().endsWith(".") ? e.getMessage() : e.getMessage() + ".";
  }
}
