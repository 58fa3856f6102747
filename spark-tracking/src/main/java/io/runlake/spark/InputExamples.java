package io.runlake.spark;

import io.runlake.flavor.InputExample;
import io.runlake.flavor.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Takes input examples for the models of one fit from the data that they were trained on: its first
 * rows, by one Spark job for each set of columns. Thread-safe.
 */
final class InputExamples {
  private static final int ROWS = 5;

  /** A longer vector cut short would be an example of nothing. */
  private static final int MAX_ITEMS = 10_000;

  private final Dataset<?> data;
  private final Map<List<String>, InputExample> taken = new HashMap<>();

  InputExamples(Dataset<?> data) {
    this.data = data;
  }

  /**
   * The first rows, of the columns that a model reads; of all columns if that cannot be told.
   *
   * @param known the signature that the model is saved with, if it has one
   * @throws IllegalArgumentException if a value is too long for an example
   */
  synchronized InputExample of(Transformer model, Optional<Signature> known) {
    List<String> columns =
        known
            .or(() -> ModelSaver.signature(Optional.of(data.schema()), model))
            .map(read -> read.inputs().stream().flatMap(c -> c.name().stream()).toList())
            .filter(names -> !names.isEmpty())
            .orElseGet(() -> Arrays.asList(data.columns()));
    return taken.computeIfAbsent(columns, this::take);
  }

  private InputExample take(List<String> names) {
    Column[] columns =
        names.stream()
            .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new);
    List<List<Object>> rows = new ArrayList<>();
    for (Row row : data.select(columns).limit(ROWS).collectAsList()) {
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        values.add(plain(names.get(i), row.get(i)));
      }
      rows.add(values);
    }
    return new InputExample(names, rows);
  }

  /**
   * As pandas and MLflow write it: vectors as lists, bytes in Base64, no number as null; what JSON
   * has no word for as text.
   */
  private static Object plain(String column, Object value) {
    if (value == null || value instanceof Boolean || value instanceof String) {
      return value;
    }
    if (value instanceof Number number) {
      return Double.isFinite(number.doubleValue()) ? number : null;
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (value instanceof Vector vector) {
      refuseLong(column, vector.size());
      return Arrays.stream(vector.toArray()).mapToObj(item -> plain(column, item)).toList();
    }
    if (ScalaInterop.isSequence(value)) {
      List<Object> items = ScalaInterop.list(value, MAX_ITEMS + 1);
      refuseLong(column, items.size());
      List<Object> plain = new ArrayList<>();
      items.forEach(item -> plain.add(plain(column, item)));
      return plain;
    }
    return value.toString();
  }

  private static void refuseLong(String column, int items) {
    if (items > MAX_ITEMS) {
      throw new IllegalArgumentException(
          "a value of the column " + column + " has more than " + MAX_ITEMS + " items");
    }
  }
}
