package io.runlake.flavor;

import java.util.Objects;
import java.util.Optional;

/**
 * A column of a signature.
 *
 * @param name absent where MLflow leaves it out
 * @param required whether an input must have it; null cells are another matter
 */
public record ColumnSpec(Optional<String> name, ColumnType type, boolean required) {
  /** Checks for null. */
  public ColumnSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
  }

  /** A named, required column. */
  public static ColumnSpec of(String name, ColumnType type) {
    return new ColumnSpec(Optional.of(name), type, true);
  }
}
