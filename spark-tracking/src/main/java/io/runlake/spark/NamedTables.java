package io.runlake.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Frames under names that no user has, while queries over them are read; closed, the names are gone
 * and the queries stay.
 */
final class NamedTables implements AutoCloseable {
  private final SparkSession spark;
  private final String prefix = "runlake_" + UUID.randomUUID().toString().replace('-', '_') + "_";
  private final Map<String, Dataset<Row>> frames = new LinkedHashMap<>();

  NamedTables(SparkSession spark) {
    this.spark = spark;
  }

  /** Names a frame. */
  NamedTables with(String table, Dataset<Row> frame) {
    frame.createOrReplaceTempView(prefix + table);
    frames.put(table, frame);
    return this;
  }

  /** The name under which SQL finds the frame of a table. */
  String name(String table) {
    if (!frames.containsKey(table)) {
      throw new IllegalArgumentException("No frame was given for the table " + table + ".");
    }
    return prefix + table;
  }

  @Override
  public void close() {
    frames.keySet().forEach(table -> spark.catalog().dropTempView(prefix + table));
  }
}
