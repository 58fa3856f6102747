package io.runlake.tracking;

import io.runlake.store.RunId;
import java.util.Optional;

/** The runs that this process started and has not ended. */
public final class LiveRuns {
  private LiveRuns() {}

  /** The live run of that id; empty if it ended or is not of this process. */
  public static Optional<ActiveRun> find(RunId id) {
    throw new UnsupportedOperationException();
  }

  static void mirror(CurrentRun port) {
    throw new UnsupportedOperationException();
  }
}
