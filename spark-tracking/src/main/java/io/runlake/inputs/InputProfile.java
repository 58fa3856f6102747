package io.runlake.inputs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.store.DatasetRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What a run knows of an input beside its name and version. It is kept in the schema's JSON, as
 * {@code profile} beside {@code mlflow_colspec}; what is not known is not in it.
 *
 * @param timestamp when the content came to be: the commit of the table's version, or the newest
 *     modification among the files
 * @param location the folder of a table that has a name
 * @param tableId the id that Delta gave the table, which another table of this name has not
 * @param columns the columns that reached the fit or decided about its rows, in the order of the
 *     source
 * @param files how many files the whole input has, before any filter
 * @param bytes their length
 * @param rows their rows, where statistics tell
 * @param ddl the columns as Spark's DDL, where the files do not say them themselves
 * @param options with which the files were read, secrets masked
 */
public record InputProfile(
    Optional<Instant> timestamp,
    Optional<String> location,
    Optional<String> tableId,
    Optional<List<String>> columns,
    OptionalLong files,
    OptionalLong bytes,
    OptionalLong rows,
    Optional<String> ddl,
    Map<String, String> options) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROFILE = "profile";

  /** Nothing is known. */
  public static final InputProfile UNKNOWN =
      new InputProfile(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          Optional.empty(),
          Map.of());

  public InputProfile {
    columns = columns.map(List::copyOf);
    options = Map.copyOf(options);
  }

  /** A copy with the content's time, table and size. */
  public InputProfile withContent(
      Optional<Instant> when, Optional<String> table, OptionalLong fileCount, OptionalLong length) {
    return new InputProfile(when, location, table, columns, fileCount, length, rows, ddl, options);
  }

  /** A copy with the folder of a named table. */
  public InputProfile withLocation(Optional<String> value) {
    return new InputProfile(timestamp, value, tableId, columns, files, bytes, rows, ddl, options);
  }

  /** A copy with the columns used. */
  public InputProfile withColumns(Optional<List<String>> value) {
    return new InputProfile(timestamp, location, tableId, value, files, bytes, rows, ddl, options);
  }

  /** A copy with a number of rows. */
  public InputProfile withRows(OptionalLong value) {
    return new InputProfile(
        timestamp, location, tableId, columns, files, bytes, value, ddl, options);
  }

  /** A copy with how the files were read. */
  public InputProfile withReading(Optional<String> columnsDdl, Map<String, String> readOptions) {
    return new InputProfile(
        timestamp, location, tableId, columns, files, bytes, rows, columnsDdl, readOptions);
  }

  /** What a run says of an input; nothing for one that was logged without a profile. */
  public static InputProfile of(DatasetRef input) {
    try {
      JsonNode root = JSON.readTree(input.schema().orElse("{}"));
      return parse(root.path(PROFILE));
    } catch (JsonProcessingException foreign) {
      return UNKNOWN;
    }
  }

  /**
   * The schema's JSON with this profile in it.
   *
   * @param schema an object; {@code {}} where the columns are not known
   */
  public String into(String schema) {
    try {
      ObjectNode root = (ObjectNode) JSON.readTree(schema);
      ObjectNode profile = JSON.createObjectNode();
      timestamp.ifPresent(at -> profile.put("timestamp", at.toEpochMilli()));
      location.ifPresent(path -> profile.put("location", path));
      tableId.ifPresent(id -> profile.put("table_id", id));
      columns.ifPresent(names -> names.forEach(profile.putArray("columns")::add));
      files.ifPresent(count -> profile.put("files", count));
      bytes.ifPresent(length -> profile.put("bytes", length));
      rows.ifPresent(count -> profile.put("rows", count));
      ddl.ifPresent(text -> profile.put("ddl", text));
      if (!options.isEmpty()) {
        ObjectNode read = profile.putObject("options");
        new TreeMap<>(options).forEach(read::put);
      }
      if (!profile.isEmpty()) {
        root.set(PROFILE, profile);
      }
      return root.toString();
    } catch (JsonProcessingException | ClassCastException e) {
      throw new IllegalArgumentException("No JSON object of a schema: " + schema, e);
    }
  }

  private static InputProfile parse(JsonNode node) {
    Map<String, String> options = new TreeMap<>();
    node.path("options")
        .properties()
        .forEach(option -> options.put(option.getKey(), option.getValue().asText()));
    return new InputProfile(
        node.path("timestamp").isNumber()
            ? Optional.of(Instant.ofEpochMilli(node.get("timestamp").asLong()))
            : Optional.empty(),
        text(node, "location"),
        text(node, "table_id"),
        columns(node.path("columns")),
        number(node, "files"),
        number(node, "bytes"),
        number(node, "rows"),
        text(node, "ddl"),
        options);
  }

  private static Optional<List<String>> columns(JsonNode array) {
    if (!array.isArray()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    array.forEach(name -> names.add(name.asText()));
    return Optional.of(names);
  }

  private static Optional<String> text(JsonNode node, String field) {
    return node.path(field).isTextual() ? Optional.of(node.get(field).asText()) : Optional.empty();
  }

  private static OptionalLong number(JsonNode node, String field) {
    return node.path(field).isNumber()
        ? OptionalLong.of(node.get(field).asLong())
        : OptionalLong.empty();
  }
}
