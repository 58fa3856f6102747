package io.runlake.maintenance;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Rows in the order and number of the files that they are written to. */
final class Sorted {
  private Sorted() {}

  /** Rows in ranges of the given columns, a file for each, sorted by them within. */
  static Dataset<Row> into(int files, Dataset<Row> rows, List<String> order) {
    Column[] columns = order.stream().map(functions::col).toArray(Column[]::new);
    // The ranges are found by reading the rows twice; they are counted once, so they stop before.
    Dataset<Row> ranges =
        files == 1
            ? rows.repartition(1)
            : rows.repartition(2 * files).repartitionByRange(files, columns);
    // The writer sorts by the partition columns unless the rows are; it would lose our order.
    Stream<String> partitions =
        Stream.of("level", "month").filter(List.of(rows.columns())::contains);
    return ranges.sortWithinPartitions(
        Stream.concat(partitions, order.stream()).map(functions::col).toArray(Column[]::new));
  }
}
