package io.runlake.notebooks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Executes SQL cells, one statement each, and shows what comes back. */
final class SqlCells implements CellRunner {
  private static final Pattern LINE = Pattern.compile("line (\\d+),? pos");

  private final SparkSession spark;

  SqlCells(SparkSession spark) {
    this.spark = spark;
  }

  @Override
  public void run(Cell cell, Outputs outputs) throws CellFailure {
    try {
      Dataset<Row> answer = spark.sql(cell.text());
      if (answer.columns().length > 0) {
        outputs.add(Tables.of(answer));
      }
    } catch (Exception e) {
      String message = e.getMessage() == null ? e.toString() : e.getMessage();
      Matcher line = LINE.matcher(message);
      throw new CellFailure(line.find() ? Integer.parseInt(line.group(1)) : 1, message, e);
    }
  }
}
