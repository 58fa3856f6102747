package io.runlake.notebooks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/** Frames as tables to look at: the first rows, each value as Spark's cast to text has it. */
final class Tables {
  static final int MOST_ROWS = 20;

  private Tables() {}

  static Output.Table of(Dataset<?> frame) {
    StructField[] fields = frame.schema().fields();
    List<Output.Table.Column> columns =
        Arrays.stream(fields)
            .map(
                field ->
                    new Output.Table.Column(field.name(), field.dataType() instanceof NumericType))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    for (Row row : texts(frame, fields.length).limit(MOST_ROWS + 1).collectAsList()) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < fields.length; i++) {
        values.add(row.getString(i));
      }
      rows.add(values);
    }
    boolean more = rows.size() > MOST_ROWS;
    return new Output.Table(columns, more ? rows.subList(0, MOST_ROWS) : rows, more);
  }

  /** By position, since two columns of an answer may have one name. */
  private static Dataset<Row> texts(Dataset<?> frame, int width) {
    String[] positions = new String[width];
    Arrays.setAll(positions, i -> "c" + i);
    Column[] texts =
        Arrays.stream(positions)
            .map(position -> functions.col(position).cast("string"))
            .toArray(Column[]::new);
    return frame.toDF(positions).select(texts);
  }
}
