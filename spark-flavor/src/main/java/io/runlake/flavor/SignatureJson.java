package io.runlake.flavor;

import com.fasterxml.jackson.databind.JsonNode;
import io.runlake.flavor.ModelException.Kind;
import io.runlake.text.NearestMatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * MLflow's JSON of a signature: {@code mlflow.models.ModelSignature.to_dict} and {@code
 * Schema.to_json}.
 */
final class SignatureJson {
  private static final int MAX_DEPTH = 32;

  private SignatureJson() {}

  /** The three keys that stand under {@code signature} in MLmodel. */
  static Map<String, Object> entries(Signature signature) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("inputs", columnsJson(signature.inputs()));
    entries.put("outputs", signature.outputs().isEmpty() ? null : columnsJson(signature.outputs()));
    entries.put("params", null);
    return entries;
  }

  static Signature parse(String json) {
    JsonNode node = tree(json);
    return of(text(node.get("inputs")), text(node.get("outputs")));
  }

  /** From the strings that MLmodel has; empty for null. */
  static Signature of(Optional<String> inputs, Optional<String> outputs) {
    if (inputs.isEmpty()) {
      throw bad("it names no inputs");
    }
    return new Signature(
        columns(inputs.get()), outputs.map(SignatureJson::columns).orElse(List.of()));
  }

  private static Optional<String> text(JsonNode node) {
    return node == null || node.isNull()
        ? Optional.empty()
        : Optional.of(node.isTextual() ? node.asText() : node.toString());
  }

  private static JsonNode tree(String json) {
    try {
      return Json.read(json);
    } catch (IOException e) {
      throw new ModelException(
          Kind.SIGNATURE, "signature", "The signature is not JSON: " + json, e);
    }
  }

  private static String columnsJson(List<ColumnSpec> columns) {
    List<Object> all = new ArrayList<>();
    for (ColumnSpec column : columns) {
      Map<String, Object> entry = new LinkedHashMap<>();
      if (column.type() instanceof ColumnType.Tensor) {
        column.name().ifPresent(name -> entry.put("name", name));
        entry.putAll(typeEntries(column.type()));
      } else {
        entry.putAll(typeEntries(column.type()));
        column.name().ifPresent(name -> entry.put("name", name));
        entry.put("required", column.required());
      }
      all.add(entry);
    }
    return Json.write(all);
  }

  private static Map<String, Object> typeEntries(ColumnType type) {
    Map<String, Object> entry = new LinkedHashMap<>();
    if (type instanceof ColumnType.Scalar) {
      entry.put("type", type.describe());
    } else if (type instanceof ColumnType.Array array) {
      entry.put("type", "array");
      entry.put("items", typeEntries(array.items()));
    } else if (type instanceof ColumnType.Structure structure) {
      entry.put("type", "object");
      Map<String, Object> properties = new LinkedHashMap<>();
      structure
          .properties()
          .forEach(
              (name, property) -> {
                Map<String, Object> inner = typeEntries(property.type());
                inner.put("required", property.required());
                properties.put(name, inner);
              });
      entry.put("properties", properties);
    } else if (type instanceof ColumnType.Dictionary map) {
      entry.put("type", "map");
      entry.put("values", typeEntries(map.values()));
    } else if (type instanceof ColumnType.Vector || type instanceof ColumnType.Any) {
      entry.put("type", type.describe());
    } else if (type instanceof ColumnType.Tensor tensor) {
      Map<String, Object> spec = new LinkedHashMap<>();
      spec.put("dtype", tensor.dtype());
      spec.put("shape", tensor.shape());
      entry.put("type", "tensor");
      entry.put("tensor-spec", spec);
    } else {
      throw new IllegalStateException("no JSON for " + type);
    }
    return entry;
  }

  private static List<ColumnSpec> columns(String json) {
    JsonNode array = tree(json);
    if (!array.isArray() || array.isEmpty()) {
      throw bad("a list of columns is wanted, not " + json);
    }
    List<ColumnSpec> columns = new ArrayList<>();
    for (JsonNode node : array) {
      Optional<String> name = Optional.ofNullable(node.get("name")).map(JsonNode::asText);
      columns.add(new ColumnSpec(name, type(node, 0), required(node)));
    }
    long named = columns.stream().filter(column -> column.name().isPresent()).count();
    if (named != 0 && named != columns.size()) {
      throw bad("either all columns have a name or none has: " + json);
    }
    if (columns.stream().map(ColumnSpec::name).flatMap(Optional::stream).distinct().count()
        != named) {
      throw bad("a column name stands twice in " + json);
    }
    return columns;
  }

  /** Old releases wrote {@code optional}; absent means required. */
  private static boolean required(JsonNode node) {
    if (node.has("required")) {
      return node.get("required").asBoolean();
    }
    return !node.path("optional").asBoolean(false);
  }

  private static ColumnType type(JsonNode node, int depth) {
    String name = node.path("type").asText("");
    if (depth > MAX_DEPTH) {
      throw bad("its types are nested deeper than " + MAX_DEPTH);
    }
    switch (name) {
      case "array":
        return new ColumnType.Array(type(node.path("items"), depth + 1));
      case "map":
        return new ColumnType.Dictionary(type(node.path("values"), depth + 1));
      case "object":
        SortedMap<String, ColumnType.Property> properties = new TreeMap<>();
        for (var field : node.path("properties").properties()) {
          properties.put(
              field.getKey(),
              new ColumnType.Property(
                  type(field.getValue(), depth + 1), required(field.getValue())));
        }
        return new ColumnType.Structure(properties);
      case "any":
        return new ColumnType.Any();
      case "sparkml_vector":
        return new ColumnType.Vector();
      case "tensor":
        List<Integer> shape = new ArrayList<>();
        node.path("tensor-spec").path("shape").forEach(size -> shape.add(size.asInt()));
        return new ColumnType.Tensor(node.path("tensor-spec").path("dtype").asText(), shape);
      default:
        ColumnType.Scalar scalar = ColumnType.scalars().get(name);
        if (scalar == null) {
          throw bad(
              "'"
                  + name
                  + "' is no type of a column"
                  + NearestMatch.hint(name, ColumnType.scalars().keySet()));
        }
        return scalar;
    }
  }

  private static ModelException bad(String why) {
    return new ModelException(Kind.SIGNATURE, "signature", "The signature cannot be used: " + why);
  }
}
