package io.runlake.registry;

import io.runlake.store.RegistryRow.Change;
import io.runlake.store.RegistryRow.ModelSource;
import io.runlake.store.RunId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A version of a registered model.
 *
 * @param version the number, from 1
 * @param model where its files are, the run that made it, and the digest of the files' manifest
 * @param aliases that point at it, sorted
 */
public record ModelVersion(
    String name,
    int version,
    ModelSource model,
    Stage stage,
    Optional<String> description,
    SortedMap<String, String> tags,
    List<String> aliases,
    Instant creationTime,
    Change lastChange) {
  public ModelVersion {
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    aliases = List.copyOf(aliases);
  }

  /** The canonical path of the model folder. */
  public String source() {
    return model.source();
  }

  public Optional<RunId> runId() {
    return model.runId();
  }

  public String digest() {
    return model.digest();
  }

  /** The URI that names it: {@code models:/name/version}. */
  public String uri() {
    return "models:/" + name + "/" + version;
  }
}
