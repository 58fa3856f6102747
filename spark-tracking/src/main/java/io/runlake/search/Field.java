package io.runlake.search;

import java.util.Objects;

/**
 * What a condition or an order looks at, such as the metric {@code accuracy}.
 *
 * @param key the key as it was logged, or the canonical name of an attribute
 */
public record Field(Entity entity, String key) {
  public Field {
    Objects.requireNonNull(entity, "entity");
    Objects.requireNonNull(key, "key");
  }

  /** What has keys. */
  public enum Entity {
    ATTRIBUTE,
    METRIC,
    PARAM,
    TAG,
    DATASET
  }

  @Override
  public String toString() {
    return entity.name().toLowerCase(java.util.Locale.ROOT) + "." + key;
  }
}
