package io.runlake.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.DataType;

/**
 * A column without nulls of longs, or of doubles, for Kernel's writer; the other array is empty.
 */
record NumberVector(DataType getDataType, long[] longs, double[] doubles) implements ColumnVector {
  @Override
  public int getSize() {
    return longs.length + doubles.length;
  }

  @Override
  public void close() {}

  @Override
  public boolean isNullAt(int row) {
    return false;
  }

  @Override
  public long getLong(int row) {
    return longs[row];
  }

  @Override
  public double getDouble(int row) {
    return doubles[row];
  }
}
