package io.runlake.flavor;

import io.runlake.flavor.ColumnType.Scalar;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Spark's types and those of a signature, as MLflow maps them. */
final class SparkTypes {
  private SparkTypes() {}

  /** Empty for a type that a signature has no word for. */
  static Optional<ColumnType> columnType(DataType type) {
    if (type.equals(DataTypes.ByteType)
        || type.equals(DataTypes.ShortType)
        || type.equals(DataTypes.IntegerType)) {
      return Optional.of(Scalar.INTEGER);
    } else if (type.equals(DataTypes.LongType)) {
      return Optional.of(Scalar.LONG);
    } else if (type.equals(DataTypes.FloatType)) {
      return Optional.of(Scalar.FLOAT);
    } else if (type.equals(DataTypes.DoubleType)) {
      return Optional.of(Scalar.DOUBLE);
    } else if (type.equals(DataTypes.BooleanType)) {
      return Optional.of(Scalar.BOOLEAN);
    } else if (type.equals(DataTypes.BinaryType)) {
      return Optional.of(Scalar.BINARY);
    } else if (isText(type)) {
      return Optional.of(Scalar.STRING);
    } else if (isDatetime(type)) {
      return Optional.of(Scalar.DATETIME);
    } else if (isVector(type)) {
      return Optional.of(new ColumnType.Vector());
    }
    return nested(type);
  }

  private static Optional<ColumnType> nested(DataType type) {
    if (type instanceof ArrayType array) {
      return columnType(array.elementType()).map(ColumnType.Array::new);
    } else if (type instanceof MapType map) {
      return isText(map.keyType())
          ? columnType(map.valueType()).map(ColumnType.Dictionary::new)
          : Optional.empty();
    } else if (type instanceof StructType struct) {
      SortedMap<String, ColumnType.Property> properties = new TreeMap<>();
      for (StructField field : struct.fields()) {
        Optional<ColumnType> inner = columnType(field.dataType());
        if (inner.isEmpty()) {
          return Optional.empty();
        }
        properties.put(field.name(), new ColumnType.Property(inner.get(), !field.nullable()));
      }
      return Optional.of(new ColumnType.Structure(properties));
    }
    return Optional.empty();
  }

  /** A Spark type that stands for the column; empty for {@code any} and tensors. */
  static Optional<DataType> dataType(ColumnType type) {
    if (type instanceof Scalar scalar) {
      return Optional.of(
          switch (scalar) {
            case BOOLEAN -> DataTypes.BooleanType;
            case INTEGER -> DataTypes.IntegerType;
            case LONG -> DataTypes.LongType;
            case FLOAT -> DataTypes.FloatType;
            case DOUBLE -> DataTypes.DoubleType;
            case STRING -> DataTypes.StringType;
            case BINARY -> DataTypes.BinaryType;
            case DATETIME -> DataTypes.TimestampType;
          });
    } else if (type instanceof ColumnType.Vector) {
      return Optional.of(SQLDataTypes.VectorType());
    } else if (type instanceof ColumnType.Array array) {
      return dataType(array.items()).map(DataTypes::createArrayType);
    } else if (type instanceof ColumnType.Dictionary map) {
      return dataType(map.values())
          .map(values -> DataTypes.createMapType(DataTypes.StringType, values));
    } else if (type instanceof ColumnType.Structure structure) {
      StructType struct = new StructType();
      for (var property : structure.properties().entrySet()) {
        Optional<DataType> inner = dataType(property.getValue().type());
        if (inner.isEmpty()) {
          return Optional.empty();
        }
        struct = struct.add(property.getKey(), inner.get(), !property.getValue().required());
      }
      return Optional.of(struct);
    }
    return Optional.empty();
  }

  static boolean isVector(DataType type) {
    return type.equals(SQLDataTypes.VectorType());
  }

  /** Strings of any collation, and the padded ones. */
  static boolean isText(DataType type) {
    return type.equals(DataTypes.StringType)
        || type.typeName().startsWith("string")
        || type.typeName().startsWith("char")
        || type.typeName().startsWith("varchar");
  }

  static boolean isDatetime(DataType type) {
    return type.equals(DataTypes.DateType)
        || type.equals(DataTypes.TimestampType)
        || type.typeName().equals("timestamp_ntz");
  }
}
