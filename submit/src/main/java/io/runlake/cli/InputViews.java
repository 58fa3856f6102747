package io.runlake.cli;

import io.runlake.inputs.InputProfile;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.Run;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What runs read, as JSON and as text. What is not known is null in JSON and empty in text. */
final class InputViews {
  private static final int MOST_COLUMNS_IN_A_CELL = 8;

  private InputViews() {}

  static Map<String, Object> json(Run run) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run_id", run.id().value());
    json.put("inputs", run.inputs().stream().map(InputViews::json).toList());
    return json;
  }

  static Map<String, Object> json(DatasetRef input) {
    InputProfile profile = InputProfile.of(input);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", input.kind());
    json.put("name", input.name());
    json.put("version", input.version().orElse(null));
    json.put("context", input.context().orElse(null));
    json.put("digest", input.digest().orElse(null));
    json.put("timestamp", profile.timestamp().map(Instant::toEpochMilli).orElse(null));
    json.put("location", profile.location().orElse(null));
    json.put("table_id", profile.tableId().orElse(null));
    json.put("columns", profile.columns().orElse(null));
    json.put("files", number(profile.files()));
    json.put("bytes", number(profile.bytes()));
    json.put("rows", number(profile.rows()));
    return json;
  }

  static String text(Run run) {
    if (run.inputs().isEmpty()) {
      return "The run says of no input." + System.lineSeparator();
    }
    TextTable table =
        new TextTable(
            "FOR", "KIND", "NAME", "VERSION", "AS OF (UTC)", "FILES", "BYTES", "ROWS", "COLUMNS");
    for (DatasetRef input : run.inputs()) {
      InputProfile profile = InputProfile.of(input);
      table.row(
          input.context().orElse(""),
          input.kind(),
          input.name(),
          input.version().orElse(""),
          Texts.time(profile.timestamp()),
          text(profile.files()),
          text(profile.bytes()),
          text(profile.rows()),
          columns(profile.columns()));
    }
    return table.toString();
  }

  private static String columns(Optional<List<String>> columns) {
    List<String> names = columns.orElse(List.of());
    if (names.size() <= MOST_COLUMNS_IN_A_CELL) {
      return String.join(", ", names);
    }
    return String.join(", ", names.subList(0, MOST_COLUMNS_IN_A_CELL))
        + ", and "
        + (names.size() - MOST_COLUMNS_IN_A_CELL)
        + " more";
  }

  private static Long number(OptionalLong number) {
    return number.isPresent() ? number.getAsLong() : null;
  }

  private static String text(OptionalLong number) {
    return number.isPresent() ? Long.toString(number.getAsLong()) : "";
  }
}
