package io.runlake.registry;

import io.runlake.store.RegistryRow.Change;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A registered model.
 *
 * @param aliases alias to version number
 * @param lastChange of the model or of one of its versions
 */
public record RegisteredModel(
    String name,
    Optional<String> description,
    SortedMap<String, Integer> aliases,
    SortedMap<String, String> tags,
    Instant creationTime,
    Change lastChange) {
  public RegisteredModel {
    aliases = Collections.unmodifiableSortedMap(new TreeMap<>(aliases));
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
  }
}
