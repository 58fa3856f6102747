package io.runlake.store.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.runlake.store.StoreException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Between our values and the columns of Kernel; what the codecs of the tables share. */
final class Columns {
  private Columns() {}

  /** A schema from name, type, name, type, …; all fields nullable. */
  static StructType struct(Object... namesAndTypes) {
    StructType schema = new StructType();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      schema =
          schema.add(
              new StructField((String) namesAndTypes[i], (DataType) namesAndTypes[i + 1], true));
    }
    return schema;
  }

  static MapType mapOf(DataType values) {
    return new MapType(StringType.STRING, values, true);
  }

  /** A Delta timestamp: microseconds. */
  static long micros(Instant instant) {
    try {
      return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    } catch (ArithmeticException e) {
      throw outOfRange(instant.toString(), e);
    }
  }

  static Long micros(Optional<Instant> instant) {
    return instant.map(Columns::micros).orElse(null);
  }

  /** A Delta timestamp from milliseconds since the epoch. */
  static long microsOfMillis(long millis) {
    try {
      return Math.multiplyExact(millis, 1000L);
    } catch (ArithmeticException e) {
      throw outOfRange(millis + " ms", e);
    }
  }

  private static StoreException outOfRange(String value, ArithmeticException cause) {
    return new StoreException(
        StoreException.Kind.INVALID,
        "The time "
            + value
            + " does not fit a Delta timestamp (about 290,000 years around 1970); times are given"
            + " in milliseconds since the epoch.",
        cause);
  }

  static Instant instant(ColumnVector column, int row) {
    return Instant.EPOCH.plus(column.getLong(row), ChronoUnit.MICROS);
  }

  static Optional<Instant> optionalInstant(ColumnVector column, int row) {
    return column.isNullAt(row) ? Optional.empty() : Optional.of(instant(column, row));
  }

  static long millis(ColumnVector column, int row) {
    return Math.floorDiv(column.getLong(row), 1000L);
  }

  static Optional<String> optionalString(ColumnVector column, int row) {
    return column.isNullAt(row) ? Optional.empty() : Optional.of(column.getString(row));
  }

  static String stringOr(ColumnVector column, int row, String absent) {
    return column.isNullAt(row) ? absent : column.getString(row);
  }

  /** The entries of a map as values for a {@link ValueVector}; null for an empty map. */
  static <V> Map<String, Object> encode(Map<String, V> map, Function<V, Object> value) {
    if (map.isEmpty()) {
      return null;
    }
    Map<String, Object> encoded = new TreeMap<>();
    map.forEach((key, held) -> encoded.put(key, value.apply(held)));
    return encoded;
  }

  /** Reads one value out of the column of a map's values. */
  @FunctionalInterface
  interface EntryReader<V> {
    V read(ColumnVector values, int entry);
  }

  /** A map column; a null map is empty, an entry without a value is left out. */
  static <V> Map<String, V> decode(ColumnVector column, int row, EntryReader<V> reader) {
    if (column.isNullAt(row)) {
      return Map.of();
    }
    MapValue map = column.getMap(row);
    ColumnVector keys = map.getKeys();
    ColumnVector values = map.getValues();
    Map<String, V> decoded = new HashMap<>();
    for (int entry = 0; entry < map.getSize(); entry++) {
      if (!values.isNullAt(entry)) {
        decoded.put(Memo.of(keys.getString(entry)), reader.read(values, entry));
      }
    }
    return decoded;
  }
}
