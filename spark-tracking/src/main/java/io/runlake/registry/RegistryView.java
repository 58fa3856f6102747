package io.runlake.registry;

import io.runlake.errors.TrackingException;
import io.runlake.store.RegistryRow;
import io.runlake.store.RegistryRow.Change;
import io.runlake.store.RegistryRow.Entry;
import io.runlake.store.RegistryRow.Kind;
import io.runlake.text.NearestMatch;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A state of the registry, and what users see of it. Immutable. */
final class RegistryView {
  private final Map<Entry, RegistryRow> rows = new HashMap<>();

  /**
   * @param rows the current row of each entry
   */
  RegistryView(Collection<RegistryRow> rows) {
    rows.forEach(row -> this.rows.put(row.entry(), row));
  }

  List<RegisteredModel> models() {
    return live(Kind.MODEL)
        .map(this::model)
        .sorted(Comparator.comparing(RegisteredModel::name))
        .toList();
  }

  List<ModelVersion> versions() {
    return live(Kind.VERSION).map(this::version).toList();
  }

  Optional<RegisteredModel> find(String name) {
    return liveRow(Entry.model(name)).map(this::model);
  }

  /** The row of a model that is there. */
  RegistryRow modelRow(String name) {
    return liveRow(Entry.model(name)).orElseThrow(() -> noModel(name));
  }

  /** A model that is there. */
  RegisteredModel existing(String name) {
    return model(modelRow(name));
  }

  /** A version that is there. */
  ModelVersion existing(String name, int number) {
    return version(versionRow(name, number));
  }

  /** The row of a version that is there. */
  RegistryRow versionRow(String name, int number) {
    modelRow(name);
    return liveRow(Entry.version(name, number)).orElseThrow(() -> noVersion(name, number));
  }

  /** The versions of a model that is there, the newest first. */
  List<ModelVersion> versions(String name) {
    modelRow(name);
    return rowsOf(name).stream()
        .filter(row -> !row.deleted())
        .map(this::version)
        .sorted(Comparator.comparingInt(ModelVersion::version).reversed())
        .toList();
  }

  Optional<ModelVersion> version(String name, int number) {
    return number < 1 || find(name).isEmpty()
        ? Optional.empty()
        : liveRow(Entry.version(name, number)).map(this::version);
  }

  /** Every version row that a name ever had, tombstones too, by number. */
  List<RegistryRow> rowsOf(String name) {
    return rows.values().stream()
        .filter(row -> row.entry().kind() == Kind.VERSION && row.entry().name().equals(name))
        .sorted(Comparator.comparingInt(row -> row.entry().version()))
        .toList();
  }

  Optional<RegistryRow> row(Entry entry) {
    return Optional.ofNullable(rows.get(entry));
  }

  int nextNumber(String name) {
    return rowsOf(name).stream().mapToInt(row -> row.entry().version()).max().orElse(0) + 1;
  }

  RegisteredModel model(RegistryRow row) {
    Change last =
        Stream.concat(Stream.of(row), rowsOf(row.entry().name()).stream())
            .max(Comparator.comparingLong(RegistryRow::revision))
            .orElse(row)
            .change();
    return new RegisteredModel(
        row.entry().name(),
        row.description(),
        new TreeMap<>(row.aliases()),
        new TreeMap<>(row.tags()),
        row.creationTime(),
        last);
  }

  ModelVersion version(RegistryRow row) {
    int number = row.entry().version();
    Map<String, Integer> aliases =
        row(Entry.model(row.entry().name())).map(RegistryRow::aliases).orElse(Map.of());
    return new ModelVersion(
        row.entry().name(),
        number,
        row.model()
            .orElseThrow(
                () -> new IllegalStateException("A version without a source: " + row.entry())),
        row.stage().map(Stage::of).orElse(Stage.NONE),
        row.description(),
        new TreeMap<>(row.tags()),
        aliases.keySet().stream().filter(alias -> aliases.get(alias) == number).sorted().toList(),
        row.creationTime(),
        row.change());
  }

  private Stream<RegistryRow> live(Kind kind) {
    return rows.values().stream().filter(row -> row.entry().kind() == kind && !row.deleted());
  }

  private Optional<RegistryRow> liveRow(Entry entry) {
    return row(entry).filter(row -> !row.deleted());
  }

  private TrackingException noModel(String name) {
    List<String> known = models().stream().map(RegisteredModel::name).toList();
    return TrackingException.notFound(
        "Registered Model with name=" + name + " not found" + NearestMatch.hint(name, known));
  }

  private TrackingException noVersion(String name, int number) {
    List<Integer> known = versions(name).stream().map(ModelVersion::version).toList();
    return TrackingException.notFound(
        "Model Version (name="
            + name
            + ", version="
            + number
            + ") not found; "
            + (known.isEmpty() ? "the model has no versions." : "there are " + known + "."));
  }
}
