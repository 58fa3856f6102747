package io.runlake.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.StructType;
import java.util.List;

/**
 * How the rows of one table stand in its columns; hand-written for each.
 *
 * @param <R> the row
 */
interface RowCodec<R> {
  /** The columns of the table that hold data: partition columns are added by {@link TableSpec}. */
  StructType schema();

  /**
   * The values of a row in the order of {@link #schema()}, as {@link ValueVector} takes them.
   *
   * @throws io.runlake.store.StoreException of kind INVALID if a value does not fit its column
   */
  Object[] encode(R row);

  /** Rows as the columns of {@link #schema()}. */
  default List<ColumnVector> columns(List<R> rows) {
    return RowBatch.columns(schema(), rows.stream().map(this::encode).toList());
  }

  /** Whether a row of a batch is to be read at all. */
  default boolean wants(ColumnarBatch batch, int row) {
    return true;
  }

  /** Reads a row of a batch whose columns are those of {@link #schema()}. */
  R decode(ColumnarBatch batch, int row);
}
