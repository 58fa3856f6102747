package io.runlake.tracking;

import io.runlake.search.Columns;
import io.runlake.search.Columns.Column;
import io.runlake.search.Field;
import io.runlake.search.Field.Entity;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan.Part;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What of each run a search brings.
 *
 * @param chosen empty means everything
 */
record RunColumns(Optional<Columns> chosen) {

  /**
   * Reads what a query asks for.
   *
   * @throws io.runlake.search.FilterException for a column that is wrong
   */
  static RunColumns of(RunQuery query) {
    return new RunColumns(
        query.columns().isEmpty() ? Optional.empty() : Optional.of(query.parsedColumns()));
  }

  /** The map that something which a search looks at stands in; empty for attributes. */
  static Optional<Part> part(Field field) {
    return part(field.entity());
  }

  private static Optional<Part> part(Entity entity) {
    return switch (entity) {
      case PARAM -> Optional.of(Part.PARAMS);
      case TAG -> Optional.of(Part.TAGS);
      case METRIC -> Optional.of(Part.METRICS);
      case DATASET -> Optional.of(Part.INPUTS);
      case ATTRIBUTE -> Optional.empty();
    };
  }

  /** The maps to read, in a set of the caller's own. */
  Set<Part> parts() {
    if (chosen.isEmpty()) {
      return EnumSet.allOf(Part.class);
    }
    Set<Part> parts = EnumSet.noneOf(Part.class);
    for (Column column : chosen.get().columns()) {
      part(column.entity()).ifPresent(parts::add);
    }
    return parts;
  }

  /** A row with what was chosen of its maps. */
  RunRow of(RunRow row) {
    if (chosen.isEmpty()) {
      return row;
    }
    boolean inputs =
        chosen.get().columns().stream().anyMatch(column -> column.entity() == Entity.DATASET);
    return row.withParams(only(Entity.PARAM, row.params()))
        .withTags(only(Entity.TAG, row.tags()))
        .withMetrics(only(Entity.METRIC, row.metrics()))
        .withInputs(inputs ? row.inputs() : Map.of());
  }

  private <V> Map<String, V> only(Entity entity, Map<String, V> all) {
    Map<String, V> some = new HashMap<>();
    all.forEach(
        (key, value) -> {
          if (chosen.orElseThrow().include(entity, key)) {
            some.put(key, value);
          }
        });
    return some;
  }
}
