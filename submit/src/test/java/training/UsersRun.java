package training;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;

/** What a user writes who opens a run himself. */
final class UsersRun {
  private UsersRun() {}

  static void fitTwice(String trackingUri, Runnable fit) {
    try (Runlake runlake = Runlake.open(trackingUri);
        ActiveRun run = runlake.startRun("users")) {
      fit.run();
      fit.run();
      run.logMetric("mine", 1);
      run.endRun();
    }
  }
}
