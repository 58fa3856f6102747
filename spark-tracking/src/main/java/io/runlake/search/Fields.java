package io.runlake.search;

import io.runlake.search.Field.Entity;
import java.util.Map;
import java.util.Set;

/**
 * What one kind of row can be searched by; the only thing in which MLflow's search grammars differ.
 *
 * @param prefixes what may stand before the first dot, and what it means; without a prefix it is an
 *     attribute
 * @param filterable the attributes that a filter may name, aliases included
 * @param sortable the attributes that an order may name, aliases included
 */
public record Fields(
    Map<String, Entity> prefixes,
    Map<String, Attribute> filterable,
    Map<String, Attribute> sortable) {
  static final Set<String> DATASET_KEYS = Set.of("name", "digest", "context");

  public Fields {
    prefixes = Map.copyOf(prefixes);
    filterable = Map.copyOf(filterable);
    sortable = Map.copyOf(sortable);
  }

  /** How an attribute is compared. */
  public enum Type {
    /** By {@code = != LIKE ILIKE}. */
    TEXT,
    /** As text, and by {@code IN} and {@code NOT IN}. */
    ID,
    /** By {@code = != < <= > >=}. */
    NUMBER
  }

  /**
   * An attribute.
   *
   * @param key its canonical name
   */
  public record Attribute(String key, Type type) {}
}
