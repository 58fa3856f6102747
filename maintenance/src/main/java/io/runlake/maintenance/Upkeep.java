package io.runlake.maintenance;

import io.runlake.maintenance.MaintenanceReport.Size;
import io.runlake.maintenance.MaintenanceReport.TableReport;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.Phases;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** The upkeep of one table: what was found, what was done; not thread-safe. */
final class Upkeep {
  private static final int TRIES = 20;
  private static final long BACK_OFF_MILLIS = 100;

  private final StoreTable table;
  private final Phases phases;
  private final Size before;
  private final List<String> rewritten = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private long rowsSettled;
  private long mapsMended;
  private boolean checkpointed;

  Upkeep(StoreTable table, Phases phases) {
    this.table = table;
    this.phases = phases;
    this.before = Size.of(table.files());
  }

  StoreTable table() {
    return table;
  }

  Phases phases() {
    return phases;
  }

  /** That a part would be rewritten, or was. */
  void rewritten(String month) {
    rewritten.add(month);
  }

  boolean changed() {
    return !rewritten.isEmpty();
  }

  void settled(long rows, long mended) {
    rowsSettled += rows;
    mapsMended += mended;
  }

  /** That something could not be done; the rest is. */
  void failed(String what) {
    failures.add(what);
  }

  void checkpointed() {
    checkpointed = true;
  }

  /**
   * Does work until it is done or found not to be due any more, also when others keep changing what
   * it read. What cannot be done stays for the next start and is reported.
   *
   * @param work looks anew whether it is due, and does it; false if it is not
   */
  void untilDone(String what, BooleanSupplier work) {
    for (int tries = 1; ; tries++) {
      try {
        if (work.getAsBoolean()) {
          return;
        }
        phases.say(what + ": nothing to do any more");
        return;
      } catch (ConcurrentModificationException e) {
        phases.say(what + ": others changed what was read, try " + tries + " of " + TRIES);
        if (tries == TRIES) {
          failures.add(
              what
                  + ": others changed it at the same time, "
                  + TRIES
                  + " times, the last with: "
                  + JobException.firstLine(e)
                  + ". Start again when fewer write.");
          return;
        }
        pause(tries);
      }
    }
  }

  private static void pause(int tries) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(BACK_OFF_MILLIS << Math.min(tries, 5)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException(ExitCode.FAILED, "Interrupted while waiting to write again.", e);
    }
  }

  TableReport report() {
    return new TableReport(
        table.name(),
        before,
        Size.of(table.files()),
        rewritten,
        rowsSettled,
        mapsMended,
        checkpointed,
        failures);
  }
}
