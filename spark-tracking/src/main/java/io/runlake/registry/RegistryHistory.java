package io.runlake.registry;

import io.runlake.store.RegistryRow;
import io.runlake.store.RegistryRow.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Puts into words what each row of the registry changed. */
final class RegistryHistory {
  private RegistryHistory() {}

  /**
   * The changes of one name, the newest first.
   *
   * @param rows every row of the registry
   */
  static List<RegistryChange> of(String name, Collection<RegistryRow> rows) {
    Map<Entry, RegistryRow> before = new HashMap<>();
    List<RegistryChange> changes = new ArrayList<>();
    List<RegistryRow> ordered = new ArrayList<>(rows);
    ordered.sort(
        Comparator.comparingLong(RegistryRow::revision)
            .thenComparingInt(row -> row.entry().version()));
    for (RegistryRow row : ordered) {
      if (row.entry().name().equals(name)) {
        Optional<RegistryRow> last = Optional.ofNullable(before.put(row.entry(), row));
        changes.add(
            new RegistryChange(
                row.revision(), name, row.entry().version(), what(last, row), row.change()));
      }
    }
    Collections.reverse(changes);
    return changes;
  }

  private static String what(Optional<RegistryRow> last, RegistryRow row) {
    if (row.deleted()) {
      return "deleted";
    }
    if (last.isEmpty() || last.get().deleted()) {
      return row.model().map(model -> "registered from " + model.source()).orElse("created");
    }
    List<String> parts = new ArrayList<>();
    RegistryRow before = last.get();
    differences("alias", before.aliases(), row.aliases(), parts);
    differences("tag", before.tags(), row.tags(), parts);
    if (!before.stage().equals(row.stage())) {
      parts.add("stage: " + shown(before.stage()) + " -> " + shown(row.stage()));
    }
    if (!before.description().equals(row.description())) {
      parts.add("description: " + shown(row.description()));
    }
    return parts.isEmpty() ? "nothing" : String.join("; ", parts);
  }

  private static <V> void differences(
      String kind, Map<String, V> before, Map<String, V> after, List<String> parts) {
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      Optional<V> old = Optional.ofNullable(before.get(key));
      Optional<V> now = Optional.ofNullable(after.get(key));
      if (!old.equals(now)) {
        parts.add(kind + " " + key + ": " + shown(old) + " -> " + shown(now));
      }
    }
  }

  private static String shown(Optional<?> value) {
    return value.map(Object::toString).orElse("none");
  }
}
