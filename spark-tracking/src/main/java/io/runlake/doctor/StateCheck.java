package io.runlake.doctor;

import io.runlake.store.Checkup;
import io.runlake.store.ExperimentRow;
import io.runlake.store.RegistryRow;
import io.runlake.store.StateRow;
import io.runlake.store.StateTable;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The tables that change by compare-and-swap: what their rows say together. */
final class StateCheck {
  private static final String TWO_WRITERS =
      "Two writers changed the table at once: make sure that all of them, and every engine that"
          + " writes there, use a log store that is safe; restore the table from a backup.";

  private final Store store;
  private final Checkup checkup;
  private final List<RegistryRow> liveVersions = new ArrayList<>();

  StateCheck(Store store, Checkup checkup) {
    this.store = store;
    this.checkup = checkup;
  }

  void run() {
    experiments(history(store.experiments()));
    registry(history(store.registry()));
  }

  /** The versions that were not deleted. */
  List<RegistryRow> liveVersions() {
    return liveVersions;
  }

  private static <R extends StateRow> List<R> history(StateTable<R> table) {
    try {
      return table.history();
    } catch (StoreException | IllegalArgumentException | NullPointerException unreadable) {
      // What cannot be read was found when the files were examined.
      return List.of();
    }
  }

  private void experiments(List<ExperimentRow> history) {
    // Not dense: what gc deletes for good is gone with its revisions.
    revisions("experiments", history, ExperimentRow::key);
    Map<String, ExperimentRow> byName = new HashMap<>();
    for (ExperimentRow row : newest(history).values()) {
      ExperimentRow other = byName.put(row.name(), row);
      if (other != null) {
        checkup.violation(
            "experiments.names",
            "experiments",
            "experiments " + other.experimentId() + " and " + row.experimentId(),
            "Both have the name '" + row.name() + "'; names are unique, deleted ones included.",
            "Rename one of them by its id.");
      }
    }
  }

  private void registry(List<RegistryRow> history) {
    dense(history);
    revisions("registry", history, RegistryRow::change);
    Map<String, RegistryRow> models = new TreeMap<>();
    Map<String, TreeMap<Integer, RegistryRow>> versions = new TreeMap<>();
    for (RegistryRow row : newest(history).values()) {
      String name = row.entry().name();
      if (row.entry().kind() == RegistryRow.Kind.MODEL) {
        models.put(name, row);
      } else {
        versions.computeIfAbsent(name, key -> new TreeMap<>()).put(row.entry().version(), row);
      }
    }
    versions.forEach((name, of) -> versions(name, models.get(name), of));
    models.forEach((name, row) -> aliases(row, versions.getOrDefault(name, new TreeMap<>())));
  }

  private void versions(String name, RegistryRow model, TreeMap<Integer, RegistryRow> versions) {
    int expected = 1;
    for (Map.Entry<Integer, RegistryRow> version : versions.entrySet()) {
      if (version.getKey() != expected) {
        checkup.violation(
            "registry.versions",
            "registry",
            "model " + name + " version " + version.getKey(),
            "The version before it is "
                + (expected - 1)
                + "; numbers are dense from 1, deleted"
                + " versions included.",
            "Restore the table registry from a backup: rows of it are gone.");
      }
      expected = version.getKey() + 1;
      if (!version.getValue().deleted()) {
        liveVersions.add(version.getValue());
        if (model == null || model.deleted()) {
          checkup.violation(
              "registry.model-known",
              "registry",
              "model " + name + " version " + version.getKey(),
              "Its registered model " + (model == null ? "is not there." : "was deleted."),
              model == null ? "Restore the table registry from a backup." : TWO_WRITERS);
        }
      }
    }
  }

  private void aliases(RegistryRow model, Map<Integer, RegistryRow> versions) {
    new TreeMap<>(model.aliases())
        .forEach(
            (alias, target) -> {
              RegistryRow version = versions.get(target);
              if (version == null || version.deleted()) {
                checkup.violation(
                    "registry.aliases",
                    "registry",
                    "model " + model.entry().name() + " alias " + alias,
                    "It points at version "
                        + target
                        + (version == null ? ", which is not there." : ", which was deleted."),
                    "Point it at another version (runlake models set-alias) or delete it (runlake"
                        + " models delete-alias).");
              }
            });
  }

  /** Revisions count the changes from 1. */
  private void dense(List<RegistryRow> history) {
    long expected = 1;
    for (long revision : new TreeSet<>(history.stream().map(RegistryRow::revision).toList())) {
      if (revision != expected) {
        checkup.violation(
            "states.revisions",
            "registry",
            "revision " + revision,
            "The revision before it is " + (expected - 1) + "; revisions count from 1.",
            "Restore the table from a backup: rows of it are gone.");
      }
      expected = revision + 1;
    }
  }

  /** The rows of one change agree on what the change was. */
  private <R extends StateRow> void revisions(
      String table, List<R> history, Function<R, Object> change) {
    TreeMap<Long, List<R>> byRevision = new TreeMap<>();
    history.forEach(
        row -> byRevision.computeIfAbsent(row.revision(), key -> new ArrayList<>()).add(row));
    for (Map.Entry<Long, List<R>> revision : byRevision.entrySet()) {
      List<R> rows = revision.getValue();
      long keys = rows.stream().map(StateRow::key).distinct().count();
      long changes = rows.stream().map(change).distinct().count();
      if (changes > 1 || keys < rows.size()) {
        checkup.violation(
            "states.revisions",
            table,
            "revision " + revision.getKey(),
            "It stands for more than one change: "
                + rows.stream().map(StateRow::key).toList()
                + ".",
            TWO_WRITERS);
      }
    }
  }

  private static <R extends StateRow> Map<Object, R> newest(List<R> history) {
    Map<Object, R> newest = new LinkedHashMap<>();
    history.forEach(
        row -> newest.merge(row.key(), row, (a, b) -> b.revision() >= a.revision() ? b : a));
    return newest;
  }
}
