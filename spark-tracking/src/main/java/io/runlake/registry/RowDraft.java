package io.runlake.registry;

import io.runlake.store.RegistryRow;
import io.runlake.store.RegistryRow.Change;
import io.runlake.store.RegistryRow.Entry;
import io.runlake.store.RegistryRow.ModelSource;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The next state of a registered model or version, while a decision makes it. */
final class RowDraft {
  final Map<String, Integer> aliases = new HashMap<>();
  final Map<String, String> tags = new HashMap<>();
  Optional<String> description = Optional.empty();
  Optional<String> stage = Optional.empty();
  Optional<ModelSource> model = Optional.empty();
  boolean deleted;

  private final Entry entry;
  private final Instant creationTime;

  /** Something new. */
  RowDraft(Entry entry, Instant creationTime) {
    this.entry = entry;
    this.creationTime = creationTime;
  }

  /** The next state of what there is. */
  static RowDraft of(RegistryRow row) {
    return of(row, row.entry());
  }

  /** The state of what there is, under another name. */
  static RowDraft of(RegistryRow row, Entry entry) {
    RowDraft draft = new RowDraft(entry, row.creationTime());
    draft.aliases.putAll(row.aliases());
    draft.tags.putAll(row.tags());
    draft.description = row.description();
    draft.stage = row.stage();
    draft.model = row.model();
    draft.deleted = row.deleted();
    return draft;
  }

  RegistryRow row(Change change, long revision) {
    return new RegistryRow(
        entry, deleted, aliases, tags, description, stage, model, creationTime, change, revision);
  }

  /** Whether the row would say something else than the one there is. */
  boolean differsFrom(RegistryRow before) {
    RegistryRow after = row(before.change(), before.revision());
    return !after.equals(before);
  }
}
