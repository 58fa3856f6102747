package io.runlake.store;

import java.util.Objects;

/**
 * A table that is taken from one version of the format to the next.
 *
 * @param table its name
 * @param from the version that it had, as {@code runlake.format} tells it
 * @param to the version that it has then
 */
public record TableUpgrade(String table, String from, String to) {
  public TableUpgrade {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
  }
}
