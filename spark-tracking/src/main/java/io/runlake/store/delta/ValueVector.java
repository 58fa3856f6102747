package io.runlake.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StructType;
import java.util.Map;
import java.util.TreeMap;

/**
 * A column of plain Java values for Kernel's writer: strings and boxed numbers as they are,
 * instants as microseconds, a struct as {@code Object[]}, a map as {@code Map} with string keys.
 */
final class ValueVector implements ColumnVector {
  private final DataType type;
  private final Object[] values;

  ValueVector(DataType type, Object[] values) {
    this.type = type;
    this.values = values;
  }

  @Override
  public DataType getDataType() {
    return type;
  }

  @Override
  public int getSize() {
    return values.length;
  }

  @Override
  public void close() {}

  @Override
  public boolean isNullAt(int row) {
    return values[row] == null;
  }

  @Override
  public boolean getBoolean(int row) {
    return (Boolean) values[row];
  }

  @Override
  public int getInt(int row) {
    return (Integer) values[row];
  }

  @Override
  public long getLong(int row) {
    return (Long) values[row];
  }

  @Override
  public double getDouble(int row) {
    return (Double) values[row];
  }

  @Override
  public String getString(int row) {
    return (String) values[row];
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    Object[] fields = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      fields[i] = values[i] == null ? null : ((Object[]) values[i])[ordinal];
    }
    return new ValueVector(((StructType) type).at(ordinal).getDataType(), fields);
  }

  @Override
  public MapValue getMap(int row) {
    Map<?, ?> sorted = new TreeMap<>((Map<?, ?>) values[row]);
    MapType mapType = (MapType) type;
    ColumnVector keys = new ValueVector(mapType.getKeyType(), sorted.keySet().toArray());
    ColumnVector mapped = new ValueVector(mapType.getValueType(), sorted.values().toArray());
    return new MapValue() {
      @Override
      public int getSize() {
        return keys.getSize();
      }

      @Override
      public ColumnVector getKeys() {
        return keys;
      }

      @Override
      public ColumnVector getValues() {
        return mapped;
      }
    };
  }
}
