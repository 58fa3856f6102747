package io.runlake.maintenance;

import io.delta.tables.DeltaTable;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.delta.Snapshot;

/** Keeps the log of a table short, and its folder free of files that no version needs. */
final class TableLog {
  /** A reader is as quick over so many entries as with a checkpoint. */
  private static final long ENTRIES = 10;

  private final Upkeep upkeep;

  TableLog(Upkeep upkeep) {
    this.upkeep = upkeep;
  }

  /**
   * Writes a checkpoint if much came after the last; Delta then cleans the log by its retention.
   */
  void checkpoint() {
    Optional<Snapshot> newest = upkeep.table().newest();
    if (newest.isEmpty()) {
      return;
    }
    Snapshot snapshot = newest.get();
    long since = snapshot.version() - ScalaInterop.checkpoint(snapshot).orElse(-1);
    if (upkeep.changed() || since > ENTRIES) {
      upkeep
          .phases()
          .time(
              "checkpoint",
              "checkpoint of " + upkeep.table().name() + ", version " + snapshot.version(),
              () -> {
                ScalaInterop.checkpointAndCleanUp(
                    upkeep.table().spark(), upkeep.table().path(), snapshot);
                return null;
              });
      upkeep.checkpointed();
    }
  }

  /** Deletes files that no version has needed for that long. */
  void vacuum(Duration after) {
    if (upkeep.table().newest().isPresent()) {
      upkeep
          .phases()
          .time(
              "vacuum",
              "deleting unreferenced files of " + upkeep.table().name(),
              () ->
                  DeltaTable.forPath(upkeep.table().spark(), upkeep.table().path())
                      .vacuum(after.toHours())
                      .count());
    }
  }
}
