package io.runlake.cli;

import io.runlake.store.RunId;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.Runlake;

/** Another process that touches a run which ended elsewhere: {@code EditRun <uri> <run id>}. */
final class EditRun {
  private EditRun() {}

  public static void main(String[] args) {
    try (Runlake runlake = Runlake.open(args[0])) {
      RunEditor run = runlake.edit(new RunId(args[1]));
      run.setTag("stage", "reviewed");
      run.setTag("reviewer", "bea");
      run.deleteTag("draft");
      run.logMetric("accuracy", 0.97, 1);
      run.logMetric("late", Double.NaN);
      run.flush();
    }
  }
}
