package io.runlake.registry;

import io.runlake.errors.TrackingException;
import io.runlake.store.RegistryRow;
import io.runlake.store.RegistryRow.Change;
import io.runlake.store.RegistryRow.Entry;
import io.runlake.store.RegistryRow.ModelSource;
import io.runlake.store.StateTable;
import io.runlake.store.StateTable.Decision;
import io.runlake.text.Redaction;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The changes of the registry. Each is one compare-and-swap whose decision checks what must hold
 * against the very state that it changes.
 */
final class RegistryWriter {
  private final StateTable<RegistryRow> table;
  private final String actor;
  private final Clock clock;

  RegistryWriter(StateTable<RegistryRow> table, String actor, Clock clock) {
    this.table = table;
    this.actor = actor;
    this.clock = clock;
  }

  RegisteredModel createModel(String name, RegisterOptions options) {
    return change(
        options.why(),
        attempt -> {
          if (attempt.view.find(name).isPresent()) {
            throw TrackingException.exists("Registered Model (name=" + name + ") already exists.");
          }
          RowDraft model = new RowDraft(Entry.model(name), attempt.now());
          model.tags.putAll(Redaction.map(options.tags()));
          model.description = options.description().map(Redaction::text);
          attempt.write(model);
          return attempt.after().existing(name);
        });
  }

  /** Adds the next version, and the model if there is none. */
  ModelVersion addVersion(String name, ModelSource source, RegisterOptions options) {
    return change(
        options.why(),
        attempt -> {
          if (attempt.view.find(name).isEmpty()) {
            attempt.write(new RowDraft(Entry.model(name), attempt.now()));
          }
          int number = attempt.view.nextNumber(name);
          RowDraft version = new RowDraft(Entry.version(name, number), attempt.now());
          version.tags.putAll(Redaction.map(options.tags()));
          version.description = options.description().map(Redaction::text);
          version.stage = Optional.of(Stage.NONE.label());
          version.model = Optional.of(source);
          attempt.write(version);
          return attempt.after().existing(name, number);
        });
  }

  void setAlias(String name, String alias, int version, String why) {
    change(
        why,
        attempt -> {
          attempt.view.versionRow(name, version);
          return attempt.edit(
              attempt.view.modelRow(name), model -> model.aliases.put(alias, version));
        });
  }

  void editModel(String name, String why, Consumer<RowDraft> edit) {
    change(why, attempt -> attempt.edit(attempt.view.modelRow(name), edit));
  }

  void editVersion(String name, int version, String why, Consumer<RowDraft> edit) {
    change(why, attempt -> attempt.edit(attempt.view.versionRow(name, version), edit));
  }

  ModelVersion transition(
      String name, int version, Stage stage, boolean archiveExisting, String why) {
    return change(
        why,
        attempt -> {
          attempt.edit(
              attempt.view.versionRow(name, version),
              row -> row.stage = Optional.of(stage.label()));
          if (archiveExisting) {
            attempt.view.versions(name).stream()
                .filter(other -> other.stage() == stage && other.version() != version)
                .forEach(
                    other ->
                        attempt.edit(
                            attempt.view.versionRow(name, other.version()),
                            row -> row.stage = Optional.of(Stage.ARCHIVED.label())));
          }
          return attempt.after().existing(name, version);
        });
  }

  void deleteVersion(String name, int version, String why) {
    change(
        why,
        attempt -> {
          attempt.edit(attempt.view.versionRow(name, version), row -> row.deleted = true);
          return attempt.edit(
              attempt.view.modelRow(name),
              model -> model.aliases.values().removeIf(target -> target == version));
        });
  }

  void deleteModel(String name, String why) {
    change(
        why,
        attempt -> {
          attempt.edit(
              attempt.view.modelRow(name),
              model -> {
                model.deleted = true;
                model.aliases.clear();
              });
          attempt.view.rowsOf(name).stream()
              .filter(row -> !row.deleted())
              .forEach(row -> attempt.edit(row, version -> version.deleted = true));
          return name;
        });
  }

  /** Moves the rows of a name, tombstones too, so that the numbers stay dense. */
  RegisteredModel rename(String name, String newName, String why) {
    String reason = "renamed from " + name + " to " + newName + (why.isEmpty() ? "" : ": " + why);
    return change(
        reason,
        attempt -> {
          RegistryRow model = attempt.view.modelRow(name);
          if (attempt.view.find(newName).isPresent()) {
            throw TrackingException.exists(
                "Registered Model (name=" + newName + ") already exists.");
          }
          if (!attempt.view.rowsOf(newName).isEmpty()) {
            throw TrackingException.exists(
                "A deleted model had the name "
                    + newName
                    + " and versions under it, whose numbers are not given out again; choose"
                    + " another name.");
          }
          attempt.write(RowDraft.of(model, Entry.model(newName)));
          attempt.edit(
              model,
              old -> {
                old.deleted = true;
                old.aliases.clear();
              });
          for (RegistryRow row : attempt.view.rowsOf(name)) {
            attempt.write(RowDraft.of(row, Entry.version(newName, row.entry().version())));
            attempt.edit(row, old -> old.deleted = true);
          }
          return attempt.after().existing(newName);
        });
  }

  private <T> T change(String why, Function<Attempt, T> decision) {
    return TrackingException.mapped(
        () ->
            table.change(
                state -> {
                  Attempt attempt = new Attempt(state, why);
                  T result = decision.apply(attempt);
                  return new Decision<>(attempt.writes, result);
                }));
  }

  /** One round of a compare-and-swap: what it sees and what it wants to write. */
  private final class Attempt {
    private final List<RegistryRow> before;
    private final RegistryView view;
    private final Change signature;
    private final long revision;
    private final List<RegistryRow> writes = new ArrayList<>();

    Attempt(StateTable.State<RegistryRow> state, String why) {
      this.before = state.rows();
      this.view = new RegistryView(before);
      this.signature = new Change(actor, Instant.ofEpochMilli(clock.millis()), Redaction.text(why));
      this.revision = state.nextRevision();
    }

    /**
     * The registry once this is written. What a change gives back comes from here: reading it again
     * could fail, and the caller would take a change for failed that is there.
     */
    RegistryView after() {
      return new RegistryView(Stream.concat(before.stream(), writes.stream()).toList());
    }

    Instant now() {
      return signature.at();
    }

    void write(RowDraft draft) {
      writes.add(draft.row(signature, revision));
    }

    /** Writes the next state of a row, unless it says the same. */
    String edit(RegistryRow row, Consumer<RowDraft> edit) {
      RowDraft draft = RowDraft.of(row);
      edit.accept(draft);
      if (draft.differsFrom(row)) {
        write(draft);
      }
      return row.entry().name();
    }
  }
}
