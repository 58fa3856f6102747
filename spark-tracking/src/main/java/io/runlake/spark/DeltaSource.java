package io.runlake.spark;

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
   * The version that a read now would see, as far as this process knows: that of the plan's
   * analysis, or the table's newest known one where the query does not name a version, since Delta
   * reads the newest at each execution. Null where Delta does not say.
   */
  static String version(FileIndex index) {
    if (!SparkCompat.has(index, "version")) {
      return null;
    }
    long version = (Long) SparkCompat.call(index, "version");
    boolean pinned =
        !SparkCompat.has(index, "isTimeTravelQuery")
            || (Boolean) SparkCompat.call(index, "isTimeTravelQuery");
    if (pinned || !SparkCompat.has(index, "deltaLog")) {
      return Long.toString(version);
    }
    try {
      Object log = SparkCompat.call(index, "deltaLog");
      Object newest = SparkCompat.call(log, "unsafeVolatileSnapshot");
      return Long.toString(Math.max(version, (Long) SparkCompat.call(newest, "version")));
    } catch (IllegalStateException | ClassCastException e) {
      return Long.toString(version);
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
