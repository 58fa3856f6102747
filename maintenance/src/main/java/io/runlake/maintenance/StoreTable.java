package io.runlake.maintenance;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.functions;

/** A table below a root, as {@code docs/format.md} describes it; not thread-safe. */
final class StoreTable {
  private static final String FORMAT = "runlake.format";
  private static final String FORMAT_VERSION = "1";

  /** How Spark names the data files that it writes; those of appends are named otherwise. */
  private static final String OURS = "part-";

  private final SparkSession spark;
  private final TableColumns columns;
  private final String path;

  /** What was last found, so that a version is asked once only: each time is a Spark query. */
  private long listedVersion = -1;

  private List<PartitionFiles> listed = List.of();

  StoreTable(SparkSession spark, String root, TableColumns columns) {
    this.spark = spark;
    this.columns = columns;
    this.path = root + "/" + columns.table();
  }

  SparkSession spark() {
    return spark;
  }

  String name() {
    return columns.table();
  }

  String path() {
    return path;
  }

  /** The data and partition columns. */
  List<String> columns() {
    return columns.names();
  }

  /**
   * The newest state; empty if there is no table yet.
   *
   * @throws JobException if it is not a table that this version knows to rewrite
   */
  Optional<Snapshot> newest() {
    Optional<Snapshot> snapshot = ScalaInterop.newest(spark, path);
    snapshot.ifPresent(this::check);
    return snapshot;
  }

  /** A rewrite by a version that does not know a column would lose it; so it is not begun. */
  private void check(Snapshot snapshot) {
    Optional<String> format = ScalaInterop.property(snapshot, FORMAT);
    if (!format.equals(Optional.of(FORMAT_VERSION))) {
      throw new JobException(
          ExitCode.BAD_INPUT,
          "The table at "
              + path
              + format.map(value -> " has " + FORMAT + "=" + value).orElse(" has no " + FORMAT)
              + "; this version maintains tables of format "
              + FORMAT_VERSION
              + ". Use a version of Runlake that knows the format.");
    }
    Set<String> unknown = new TreeSet<>(Arrays.asList(snapshot.schema().fieldNames()));
    Set<String> missing = new TreeSet<>(columns());
    missing.removeAll(unknown);
    columns().forEach(unknown::remove);
    if (!unknown.isEmpty() || !missing.isEmpty()) {
      throw new JobException(
          ExitCode.BAD_INPUT,
          "The table at "
              + path
              + (unknown.isEmpty()
                  ? " lacks the columns " + missing
                  : " has the columns " + unknown)
              + ", which this version does not know to keep. Maintain it with the newest version of"
              + " Runlake that writes to it.");
    }
  }

  /** The rows of the newest version at the time of each query. */
  Dataset<Row> rows() {
    return spark
        .read()
        .format("delta")
        .load(path)
        .select(
            columns().stream().map(name -> functions.col("`" + name + "`")).toArray(Column[]::new));
  }

  /** The live files of the newest version, by partition; a table that is not there has none. */
  List<PartitionFiles> files() {
    Optional<Snapshot> newest = newest();
    if (newest.isEmpty()) {
      return List.of();
    }
    if (newest.get().version() != listedVersion) {
      listed = files(newest.get());
      listedVersion = newest.get().version();
    }
    return listed;
  }

  private static List<PartitionFiles> files(Snapshot snapshot) {
    return snapshot
        .allFiles()
        .toDF()
        .selectExpr(
            "coalesce(partitionValues['month'], '') AS month",
            "CAST(coalesce(partitionValues['level'], '0') AS INT) AS level",
            "size",
            "CASE WHEN substring_index(path, '/', -1) LIKE '"
                + OURS
                + "%' THEN 0 ELSE 1 END AS new")
        .groupBy("month", "level")
        .agg(
            functions.expr("count(1)"),
            functions.expr("sum(size)"),
            functions.expr("sum(new)"),
            functions.expr("sum(new * size)"))
        .collectAsList()
        .stream()
        .map(
            row ->
                new PartitionFiles(
                    row.getString(0),
                    row.getInt(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5)))
        .sorted(Comparator.comparing(PartitionFiles::month).thenComparing(PartitionFiles::level))
        .toList();
  }

  /**
   * The files of a partition.
   *
   * @param month empty for a table without partitions
   * @param level 0 for tables without that column
   * @param appended those of them that came by appends and were not rewritten since
   */
  record PartitionFiles(
      String month, int level, long count, long bytes, long appended, long appendedBytes) {}
}
