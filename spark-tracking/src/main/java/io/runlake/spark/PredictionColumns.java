package io.runlake.spark;

import io.runlake.text.NearestMatch;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;

/** Columns of predictions by name, whatever the name. */
final class PredictionColumns {
  private final Dataset<?> data;

  PredictionColumns(Dataset<?> data) {
    this.data = data;
  }

  boolean has(String name) {
    return Arrays.asList(data.columns()).contains(name);
  }

  StructField field(String name) {
    return data.schema().apply(known(name));
  }

  /** A number, as a double. */
  Column number(String name) {
    return column(name).cast("double");
  }

  Column column(String name) {
    return data.col("`" + known(name).replace("`", "``") + "`");
  }

  /** A vector or an array, as an array of doubles. */
  Column array(String name) {
    return field(name).dataType() instanceof ArrayType
        ? column(name).cast("array<double>")
        : functions.vector_to_array(column(name), "float64");
  }

  private String known(String name) {
    List<String> columns = Arrays.asList(data.columns());
    if (!columns.contains(name)) {
      throw new IllegalArgumentException(
          "The predictions have no column "
              + name
              + NearestMatch.hint(name, columns)
              + "; their columns are "
              + columns
              + ". Name the right one in the options.");
    }
    return name;
  }
}
