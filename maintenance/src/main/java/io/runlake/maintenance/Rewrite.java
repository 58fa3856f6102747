package io.runlake.maintenance;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.runlake.scoring.CommitGate;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.ObservedCounts.Counted;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.delta.Snapshot;

/**
 * Puts other files in the place of those of a month, in one commit, beside whoever appends.
 *
 * <p>What is read and what is removed are the files of one version: Delta reads the table that it
 * overwrites as of the version that the transaction began with. Rows that others append meanwhile
 * are in neither and stay. The rows that were read are counted and compared with those of the files
 * before the commit, so that a Delta that reads otherwise is found out before anything is lost.
 */
final class Rewrite {
  private final StoreTable table;
  private final ObservedCounts counts;
  private final UnaryOperator<Dataset<Row>> reading;

  Rewrite(StoreTable table, ObservedCounts counts) {
    this(table, counts, rows -> rows);
  }

  /** For tests that read otherwise than Delta does. */
  Rewrite(StoreTable table, ObservedCounts counts, UnaryOperator<Dataset<Row>> reading) {
    this.table = table;
    this.counts = counts;
    this.reading = reading;
  }

  /**
   * Replaces the rows of a month.
   *
   * @param month empty for all rows of a table without partitions
   * @param change what becomes of the rows; it may use them more than once if it says so
   * @param sameRows whether what a reader sees stays the same. Then appends to the month do not
   *     conflict; else any of them does
   * @throws java.util.ConcurrentModificationException if others changed what was read; nothing is
   *     replaced
   */
  void replace(Optional<String> month, UnaryOperator<Dataset<Row>> change, boolean sameRows) {
    Dataset<Row> rows = table.rows();
    Dataset<Row> part = month.map(value -> rows.where(col("month").equalTo(value))).orElse(rows);
    Counted read = counts.count(reading.apply(part), "read");
    DataFrameWriter<Row> writer =
        change
            .apply(read.rows())
            .write()
            .format("delta")
            .mode(SaveMode.Overwrite)
            .option("dataChange", !sameRows)
            .option("userMetadata", "runlake maintenance");
    month.ifPresent(value -> writer.option("replaceWhere", "month = '" + value + "'"));
    long start = System.currentTimeMillis();
    CommitGate.around(
        () -> {
          verify(month, counts.await(read));
          LocalDisk.path(table.path()).ifPresent(folder -> LocalDisk.sync(folder, start - 2_000));
          if (sameRows) {
            ScalaInterop.skipLookingForPartitions();
          }
        },
        () -> writer.save(table.path()));
  }

  private void verify(Optional<String> month, long read) {
    Snapshot snapshot =
        ScalaInterop.readByOpenTransaction()
            .orElseThrow(() -> new IllegalStateException("No transaction is open."));
    Dataset<Row> files = snapshot.allFiles().toDF();
    Column ofMonth =
        month.map(value -> expr("partitionValues['month']").equalTo(value)).orElse(expr("true"));
    Row held =
        files
            .where(ofMonth)
            .selectExpr(
                "coalesce(sum(CAST(get_json_object(stats, '$.numRecords') AS BIGINT)), 0L)",
                "count_if(get_json_object(stats, '$.numRecords') IS NULL)")
            .first();
    if (held.getLong(1) == 0 && held.getLong(0) != read) {
      throw new JobException(
          ExitCode.FAILED,
          "Rewriting "
              + table.path()
              + month.map(value -> ", month " + value + ",").orElse("")
              + " was given up before its commit: "
              + read
              + " rows were read, but the files to be replaced (version "
              + snapshot.version()
              + ") hold "
              + held.getLong(0)
              + ". Nothing was changed; please report the versions of Spark and Delta.");
    }
  }
}
