package io.runlake.flavor;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The type of a column of a signature, as MLflow's schema knows it. */
public sealed interface ColumnType {
  /** As an error message names it. */
  String describe();

  /** A single value. */
  enum Scalar implements ColumnType {
    /** True or false. */
    BOOLEAN,
    /** 32 bits. */
    INTEGER,
    /** 64 bits. */
    LONG,
    /** 32 bits. */
    FLOAT,
    /** 64 bits. */
    DOUBLE,
    /** Text. */
    STRING,
    /** Bytes. */
    BINARY,
    /** A date or an instant. */
    DATETIME;

    @Override
    public String describe() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** An array. */
  record Array(ColumnType items) implements ColumnType {
    @Override
    public String describe() {
      return "array<" + items.describe() + ">";
    }
  }

  /** A struct; its properties are sorted by name. */
  record Structure(SortedMap<String, Property> properties) implements ColumnType {
    /** Copies. */
    public Structure {
      properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
    }

    @Override
    public String describe() {
      return "object" + properties.keySet();
    }
  }

  /** A property of a struct. */
  record Property(ColumnType type, boolean required) {}

  /** A map with strings as keys. */
  record Dictionary(ColumnType values) implements ColumnType {
    @Override
    public String describe() {
      return "map<string," + values.describe() + ">";
    }
  }

  /** Spark's vector. */
  record Vector() implements ColumnType {
    @Override
    public String describe() {
      return "sparkml_vector";
    }
  }

  /** Whatever comes. */
  record Any() implements ColumnType {
    @Override
    public String describe() {
      return "any";
    }
  }

  /** A tensor, which no Spark column is; kept so that others' signatures can be read. */
  record Tensor(String dtype, List<Integer> shape) implements ColumnType {
    /** Copies. */
    public Tensor {
      shape = List.copyOf(shape);
    }

    @Override
    public String describe() {
      return "tensor(" + dtype + shape + ")";
    }
  }

  /** The names that MLflow gives to the single values. */
  static Map<String, Scalar> scalars() {
    Map<String, Scalar> byName = new TreeMap<>();
    for (Scalar scalar : Scalar.values()) {
      byName.put(scalar.describe(), scalar);
    }
    return byName;
  }
}
