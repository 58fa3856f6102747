package io.runlake.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The schema of a dataset as MLflow writes it, {@code {"mlflow_colspec": [...]}}. Types that MLflow
 * has no word for (decimals, intervals) are {@code any}, so that the other columns are still told.
 */
final class SchemaJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_LENGTH = 1_000_000;

  private SchemaJson() {}

  /** Empty for a schema whose text is longer than a run has room for. */
  static Optional<String> of(StructType schema) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode columns = root.putArray("mlflow_colspec");
    for (StructField field : schema.fields()) {
      columns.add(type(field.dataType()).put("name", field.name()).put("required", true));
    }
    String text = root.toString();
    return text.length() > MAX_LENGTH ? Optional.empty() : Optional.of(text);
  }

  private static ObjectNode type(DataType type) {
    ObjectNode node = JSON.createObjectNode();
    if (type instanceof ArrayType array) {
      node.put("type", "array").set("items", type(array.elementType()));
    } else if (type instanceof MapType map) {
      node.put("type", "map").set("values", type(map.valueType()));
    } else if (type instanceof StructType struct) {
      ObjectNode properties = node.put("type", "object").putObject("properties");
      for (StructField field : struct.fields()) {
        properties.set(field.name(), type(field.dataType()).put("required", true));
      }
    } else {
      node.put("type", word(type.typeName()));
    }
    return node;
  }

  private static String word(String typeName) {
    return switch (typeName) {
      case "byte", "tinyint", "short", "smallint", "integer" -> "integer";
      case "long", "float", "double", "string", "boolean", "binary" -> typeName;
      case "date", "timestamp", "timestamp_ntz" -> "datetime";
      case "vector" -> "sparkml_vector";
      default -> "any";
    };
  }
}
