package io.runlake.store;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A row of {@code registry}: the full state of a registered model or of a model version after a
 * change.
 *
 * @param entry which of the two, and its name and number
 * @param deleted a tombstone; numbers are never given out again
 * @param aliases of a model: alias to version number; empty for a version
 * @param model where a version's model is; empty for a registered model
 * @param change who, when, why
 * @param revision the number of the change
 */
public record RegistryRow(
    Entry entry,
    boolean deleted,
    Map<String, Integer> aliases,
    Map<String, String> tags,
    Optional<String> description,
    Optional<String> stage,
    Optional<ModelSource> model,
    Instant creationTime,
    Change change,
    long revision)
    implements StateRow {
  public RegistryRow {
    Objects.requireNonNull(entry, "entry");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(creationTime, "creationTime");
    Objects.requireNonNull(change, "change");
    aliases = Map.copyOf(aliases);
    tags = Map.copyOf(tags);
  }

  @Override
  public Entry key() {
    return entry;
  }

  /** What a row is about. */
  public enum Kind {
    MODEL,
    VERSION
  }

  /**
   * A registered model or a version of one.
   *
   * @param version the number, from 1; 0 for the registered model itself
   */
  public record Entry(Kind kind, String name, int version) {
    public Entry {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(name, "name");
      if ((kind == Kind.MODEL) != (version == 0)) {
        throw new IllegalArgumentException(
            "A registered model has version 0 and a version has one from 1: " + version);
      }
    }

    public static Entry model(String name) {
      return new Entry(Kind.MODEL, name, 0);
    }

    public static Entry version(String name, int version) {
      return new Entry(Kind.VERSION, name, version);
    }
  }

  /**
   * Where the files of a version are.
   *
   * @param source the canonical path of the model folder
   * @param runId the run that made it, where one is known
   * @param digest the digest of the files' manifest at registration
   */
  public record ModelSource(String source, Optional<RunId> runId, String digest) {
    public ModelSource {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(digest, "digest");
    }
  }

  /** Who changed something, when, and why; the reason may be empty text. */
  public record Change(String who, Instant at, String why) {
    public Change {
      Objects.requireNonNull(who, "who");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(why, "why");
    }
  }
}
