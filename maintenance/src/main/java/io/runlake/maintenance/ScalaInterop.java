package io.runlake.maintenance;

import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.Snapshot;
import scala.Option;

/**
 * The calls whose types are Scala's. {@code DeltaLog} and {@code Snapshot} are no promised API; the
 * calls here have the same signatures in Delta 3.3.2, 4.0.0 and 4.4.0.
 */
final class ScalaInterop {
  private ScalaInterop() {}

  /** The newest state of a table; empty if there is none at the path. */
  static Optional<Snapshot> newest(SparkSession spark, String path) {
    Snapshot snapshot =
        DeltaLog.forTable(spark, path).update(false, Option.empty(), Option.empty());
    return snapshot.version() < 0 ? Optional.empty() : Optional.of(snapshot);
  }

  /** A property of a table. */
  static Optional<String> property(Snapshot snapshot, String key) {
    Option<String> value = snapshot.metadata().configuration().get(key);
    return value.isEmpty() ? Optional.empty() : Optional.of(value.get());
  }

  /** For how many milliseconds a table keeps files that no version needs. */
  static long keptMillis(Snapshot snapshot) {
    return DeltaLog.tombstoneRetentionMillis(snapshot.metadata());
  }

  /** What the transaction that is open on this thread reads; empty if none is open. */
  static Optional<Snapshot> readByOpenTransaction() {
    Option<OptimisticTransaction> open = OptimisticTransaction.getActive();
    return open.isEmpty() ? Optional.empty() : Optional.of(open.get().snapshot());
  }

  /**
   * Tells the open transaction that it depends on all that it read and on nothing else. A
   * transaction that changes no data does not conflict with appends; but Delta looks for the
   * partitions that it read in each commit that came between, by a Spark query each, even so.
   * Beside busy writers it would be overtaken for ever.
   */
  static void skipLookingForPartitions() {
    Option<OptimisticTransaction> open = OptimisticTransaction.getActive();
    if (open.isDefined()) {
      open.get().readWholeTable();
    }
  }

  /** The version of the last checkpoint; empty if there is none. */
  static OptionalLong checkpoint(Snapshot snapshot) {
    long version = snapshot.checkpointProvider().version();
    return version < 0 ? OptionalLong.empty() : OptionalLong.of(version);
  }

  /** Writes a checkpoint of a state, then deletes what the table's retention lets go of the log. */
  static void checkpointAndCleanUp(SparkSession spark, String path, Snapshot snapshot) {
    DeltaLog.forTable(spark, path).checkpointAndCleanUpDeltaLog(snapshot, Option.empty());
  }
}
