package io.runlake.spark;

import io.runlake.inputs.InputProfile;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.datasources.FileIndex;

/**
 * Path and version of a Delta table in a plan. Delta's classes are called by reflection: a cluster
 * may have no Delta on its class path, or one of several releases.
 */
final class DeltaSource {
  private DeltaSource() {}

  static boolean isDelta(FileIndex index) {
    return index.getClass().getName().startsWith("org.apache.spark.sql.delta.");
  }

  static String path(FileIndex index) {
    return String.valueOf(SparkCompat.call(index, "path"));
  }

  /**
   * What is known of the version that a read now would see, as far as this process knows: that of
   * the plan's analysis, or the table's newest known one where the query does not name a version,
   * since Delta reads the newest at each execution.
   */
  static Version version(FileIndex index) {
    if (!SparkCompat.has(index, "version")) {
      return Version.UNKNOWN;
    }
    long version = (Long) SparkCompat.call(index, "version");
    Optional<Object> snapshot = read(index, "snapshotAtAnalysis");
    Optional<Object> newest =
        read(index, "deltaLog").flatMap(log -> read(log, "unsafeVolatileSnapshot"));
    long known = newest.flatMap(now -> read(now, "version")).map(Long.class::cast).orElse(-1L);
    if (known == version || known > version && !isTimeTravel(index)) {
      version = known;
      snapshot = newest;
    }
    return new Version(Long.toString(version), content(index, snapshot));
  }

  /**
   * A frame that moves with its table holds no snapshot but a short form of one, which runs jobs to
   * tell its size; so only whole snapshots are asked, and only for what their checksum file says.
   */
  private static InputProfile content(FileIndex index, Optional<Object> snapshot) {
    Optional<Object> checksum =
        snapshot.flatMap(taken -> read(taken, "checksumOpt")).flatMap(ScalaInterop::optional);
    return InputProfile.UNKNOWN.withContent(
        snapshot
            .flatMap(taken -> read(taken, "timestamp"))
            .map(at -> Instant.ofEpochMilli((Long) at)),
        tableId(index),
        number(checksum, "numFiles"),
        number(checksum, "tableSizeBytes"));
  }

  private static OptionalLong number(Optional<Object> checksum, String method) {
    return checksum
        .flatMap(held -> read(held, method))
        .map(number -> OptionalLong.of(((Number) number).longValue()))
        .orElse(OptionalLong.empty());
  }

  private static boolean isTimeTravel(FileIndex index) {
    return !SparkCompat.has(index, "isTimeTravelQuery")
        || (Boolean) SparkCompat.call(index, "isTimeTravelQuery");
  }

  /**
   * A version of a table.
   *
   * @param number null where Delta does not say
   * @param content its commit's time, its table's id, and its size where a checksum tells
   */
  record Version(String number, InputProfile content) {
    static final Version UNKNOWN = new Version(null, InputProfile.UNKNOWN);
  }

  /** The id that Delta gave the table behind an index. */
  static Optional<String> tableId(FileIndex index) {
    return read(index, "metadata").flatMap(data -> read(data, "id")).map(String::valueOf);
  }

  /** How long the table keeps files that were removed from it; Delta's default if it is unsaid. */
  static Duration retention(FileIndex index) {
    try {
      Object log = SparkCompat.call(index, "deltaLog");
      Object metadata =
          SparkCompat.call(SparkCompat.call(log, "unsafeVolatileSnapshot"), "metadata");
      Object millis =
          log.getClass()
              .getMethod("tombstoneRetentionMillis", metadata.getClass())
              .invoke(null, metadata);
      return Duration.ofMillis((Long) millis);
    } catch (ReflectiveOperationException | IllegalStateException | ClassCastException e) {
      return Duration.ofDays(7);
    }
  }

  /** What a method of Delta's gives, if this release of Delta has it. */
  static Optional<Object> read(Object target, String method) {
    try {
      return SparkCompat.has(target, method)
          ? Optional.ofNullable(SparkCompat.call(target, method))
          : Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** The version of a table of Spark's newer catalogs, where it says one; else null. */
  static String tableVersion(Table table) {
    for (String method : new String[] {"version", "currentVersion"}) {
      if (SparkCompat.has(table, method)) {
        try {
          Object version = SparkCompat.call(table, method);
          return version == null ? null : version.toString();
        } catch (IllegalStateException e) {
          return null;
        }
      }
    }
    return null;
  }
}
