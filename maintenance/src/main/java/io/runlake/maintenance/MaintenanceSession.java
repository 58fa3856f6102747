package io.runlake.maintenance;

import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.LogStores;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** The session that maintenance works in: beside the caller's, with settings of its own. */
final class MaintenanceSession {
  private static final String EXTENSION = "io.delta.sql.DeltaSparkSessionExtension";

  /** What the tables look like is the format's business, whatever the cluster's defaults are. */
  private static final Map<String, String> SETTINGS = new LinkedHashMap<>();

  static {
    SETTINGS.put("spark.sql.session.timeZone", "UTC");
    SETTINGS.put("spark.sql.ansi.enabled", "false");
    SETTINGS.put("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    SETTINGS.put("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
    SETTINGS.put("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED");
    SETTINGS.put("spark.sql.parquet.compression.codec", "snappy");
    SETTINGS.put("spark.sql.files.maxRecordsPerFile", "0");
    SETTINGS.put("spark.databricks.delta.optimizeWrite.enabled", "false");
    SETTINGS.put("spark.databricks.delta.autoCompact.enabled", "false");
    SETTINGS.put("spark.databricks.delta.stats.collect", "true");
    // A plan whose result turns out to be empty is replaced, and with it go the counts of its rows.
    SETTINGS.put(
        "spark.sql.adaptive.optimizer.excludedRules",
        "org.apache.spark.sql.execution.adaptive.AQEPropagateEmptyRelation");
    // A search reads whole pages for the few runs that it finds; by default a page has 20,000 rows.
    SETTINGS.put("parquet.page.row.count.limit", "1000");
    // What pins the read of a table to the version that its own transaction began with.
    SETTINGS.put("spark.databricks.delta.stats.skipping", "true");
    SETTINGS.put("spark.databricks.delta.retentionDurationCheck.enabled", "true");
    // Else each VACUUM is two commits, and a store that nobody writes to never comes to rest.
    SETTINGS.put("spark.databricks.delta.vacuum.logging.enabled", "false");
  }

  private MaintenanceSession() {}

  /**
   * Runs work in a session beside the given one.
   *
   * @throws JobException BAD_INPUT if Spark was not started as it has to be for this root
   */
  static <T> T beside(SparkSession spark, String root, Function<SparkSession, T> work) {
    checkExtension(spark);
    LogStores.require(spark.sparkContext().getConf(), root);
    return JobSession.beside(
        spark,
        own -> {
          SETTINGS.forEach((key, value) -> own.conf().set(key, value));
          int cores = spark.sparkContext().defaultParallelism();
          if (spark.sparkContext().isLocal()) {
            // The defaults are made for clusters: thousands of tasks for a folder of ten files.
            own.conf().set("spark.sql.sources.parallelPartitionDiscovery.parallelism", cores);
            own.conf().set("spark.databricks.delta.snapshotPartitions", cores);
            own.conf().set("spark.sql.shuffle.partitions", Math.max(2 * cores, 8));
          }
          return work.apply(own);
        });
  }

  private static void checkExtension(SparkSession spark) {
    String extensions = spark.conf().get("spark.sql.extensions", "");
    if (!extensions.contains(EXTENSION)) {
      throw JobException.badInput(
          "Delta is not part of this session: start Spark with spark.sql.extensions="
              + EXTENSION
              + ".");
    }
  }
}
