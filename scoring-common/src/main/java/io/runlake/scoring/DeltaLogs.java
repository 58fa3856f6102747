package io.runlake.scoring;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.types.StructType;

/**
 * What a Delta table's log says. {@code DeltaLog} and {@code Snapshot} are Delta's own classes and
 * no promised API; the calls here have the same signatures in Delta 3.3.2, 4.0.0 and 4.4.0. The
 * promised API ({@code DeltaTable}) has no way to read an application's transaction version.
 */
public final class DeltaLogs {
  private DeltaLogs() {}

  /**
   * A table at one version.
   *
   * @param id survives everything but dropping and creating the table anew
   */
  public record State(String id, long version, StructType schema, List<String> partitions) {}

  /** The newest state; empty if there is no Delta table at the path. */
  public static Optional<State> state(SparkSession spark, String path) {
    return snapshot(spark, path)
        .map(
            snapshot ->
                new State(
                    snapshot.metadata().id(),
                    snapshot.version(),
                    snapshot.schema(),
                    List.of(snapshot.metadata().partitionSchema().fieldNames())));
  }

  /**
   * The version at which a transaction id stands; 0 if it was never written. Reads the whole state
   * of the table, which may take a Spark job.
   */
  public static long transaction(SparkSession spark, String path, String applicationId) {
    return findTransaction(spark, path, applicationId).orElse(0);
  }

  /** The version at which a transaction id stands; empty if it was never written. */
  public static OptionalLong findTransaction(
      SparkSession spark, String path, String applicationId) {
    return snapshot(spark, path)
        .map(snapshot -> ScalaInterop.findTransaction(snapshot, applicationId))
        .orElse(OptionalLong.empty());
  }

  private static Optional<Snapshot> snapshot(SparkSession spark, String path) {
    DeltaLog log = DeltaLog.forTable(spark, path);
    Snapshot snapshot = ScalaInterop.newest(log);
    return snapshot.version() < 0 ? Optional.empty() : Optional.of(snapshot);
  }
}
