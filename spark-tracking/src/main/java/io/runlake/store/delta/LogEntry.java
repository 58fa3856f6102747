package io.runlake.store.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The files that a commit names.
 *
 * @param added paths of data files as the entry writes them
 * @param removed likewise
 * @param damage what is wrong with the text; empty if it can be read
 */
record LogEntry(List<String> added, List<String> removed, Optional<String> damage) {
  private static final ObjectReader JSON = new ObjectMapper().readerFor(JsonNode.class);

  static LogEntry parse(byte[] content) {
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    if (content.length == 0) {
      return new LogEntry(added, removed, Optional.of("it is empty"));
    }
    int number = 0;
    for (String line : new String(content, StandardCharsets.UTF_8).lines().toList()) {
      number++;
      try {
        JsonNode action = line.isBlank() ? null : JSON.readTree(line);
        if (action != null && !action.isObject()) {
          return damaged(added, removed, number);
        }
        if (action != null) {
          path(action, "add").ifPresent(added::add);
          path(action, "remove").ifPresent(removed::add);
        }
      } catch (JsonProcessingException e) {
        return damaged(added, removed, number);
      }
    }
    return new LogEntry(added, removed, Optional.empty());
  }

  private static LogEntry damaged(List<String> added, List<String> removed, int line) {
    return new LogEntry(added, removed, Optional.of("line " + line + " is not a JSON object"));
  }

  private static Optional<String> path(JsonNode action, String kind) {
    return Optional.ofNullable(action.path(kind).path("path").textValue());
  }

  /** A JSON object; empty if the bytes are none. */
  static Optional<JsonNode> object(byte[] content) {
    try {
      JsonNode read = JSON.readTree(new String(content, StandardCharsets.UTF_8));
      return Optional.ofNullable(read).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
