package io.runlake.maintenance;

import io.delta.tables.DeltaTable;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.delta.Snapshot;

/** Keeps the log of a table short, and its folder free of files that no version needs. */
final class TableLog {
  /** A reader is as quick over so many entries as with a checkpoint. */
  private static final long ENTRIES = 10;

  private static final String RETENTION = "delta.deletedFileRetentionDuration";
  private static final Duration LEAST_KEPT = Duration.ofDays(7);

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

  /**
   * Deletes files that no version has needed for as long as the table keeps them: a week, unless
   * its property says longer. Shorter is refused, because a writer may have staged a file that it
   * has not committed yet, and a reader may be at an older version.
   */
  void vacuum() {
    Optional<Snapshot> newest = upkeep.table().newest();
    if (newest.isEmpty()) {
      return;
    }
    long kept = ScalaInterop.keptMillis(newest.get());
    if (kept < LEAST_KEPT.toMillis()) {
      upkeep.failed(
          "deleting unreferenced files of "
              + upkeep.table().name()
              + ": the table keeps them for "
              + Duration.ofMillis(kept).toHours()
              + " hours only, by its property "
              + RETENTION
              + "; 7 days are the least that is safe beside writers. Remove the property.");
      return;
    }
    upkeep
        .phases()
        .time(
            "vacuum",
            "deleting unreferenced files of " + upkeep.table().name(),
            () ->
                DeltaTable.forPath(upkeep.table().spark(), upkeep.table().path()).vacuum().count());
  }
}
