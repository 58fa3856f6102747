package io.runlake.store.delta;

import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.PointCounters;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * Logs a million points in a loop, to a disk that takes them or to one that does not any more, and
 * says what became of them: {@code <accepted> <stored> <shed> <refused calls>}.
 */
public final class SmallHeapProgram {
  private static final int POINTS = 1_000_000;

  private SmallHeapProgram() {}

  /** {@code SmallHeapProgram <root> <takes or fails>}. */
  public static void main(String[] args) {
    RecordingFiles files = new RecordingFiles();
    Retry impatient =
        new Retry(Duration.ofSeconds(60), Duration.ofMillis(200), System::nanoTime, Thread::sleep);
    DeltaStore store = new DeltaStore(DeltaRoot.alone(args[0], files, impatient));
    long refused = 0;
    PointCounters counters;
    try (Runlake runlake = Runlake.over(store)) {
      ActiveRun run = runlake.startRun("loop");
      run.flush();
      if (args[1].equals("fails")) {
        files.gate =
            (verb, path, done) -> {
              throw new IOException("the disk does not answer");
            };
      }
      for (int i = 0; i < POINTS; i++) {
        try {
          run.logMetric("m", i, i, Instant.EPOCH);
        } catch (RuntimeException full) {
          refused++;
        }
      }
      files.gate = (verb, path, done) -> {};
      run.endRun();
      counters = runlake.counters();
    }
    store.close();
    System.out.println(
        counters.accepted() + " " + counters.stored() + " " + counters.shed() + " " + refused);
  }
}
