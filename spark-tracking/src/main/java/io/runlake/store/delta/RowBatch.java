package io.runlake.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.List;

/** Rows as columns, for Kernel's writer. */
record RowBatch(StructType getSchema, List<ColumnVector> columns, int getSize)
    implements ColumnarBatch {

  /** Turns rows, each an array with a value per field of the schema, into columns. */
  static List<ColumnVector> columns(StructType schema, List<Object[]> rows) {
    List<ColumnVector> columns = new ArrayList<>(schema.length());
    for (int ordinal = 0; ordinal < schema.length(); ordinal++) {
      Object[] values = new Object[rows.size()];
      for (int row = 0; row < values.length; row++) {
        values[row] = rows.get(row)[ordinal];
      }
      columns.add(new ValueVector(schema.at(ordinal).getDataType(), values));
    }
    return columns;
  }

  @Override
  public ColumnVector getColumnVector(int ordinal) {
    return columns.get(ordinal);
  }

  @Override
  public ColumnarBatch withDeletedColumnAt(int ordinal) {
    List<StructField> fields = new ArrayList<>(getSchema.fields());
    List<ColumnVector> rest = new ArrayList<>(columns);
    fields.remove(ordinal);
    rest.remove(ordinal);
    return new RowBatch(new StructType(fields), rest, getSize);
  }
}
