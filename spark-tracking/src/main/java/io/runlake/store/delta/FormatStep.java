package io.runlake.store.delta;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * How the tables get from one version of the format to the next: in one commit per table that
 * changes what the table says of itself and no row. Rows of the old version stay as they are, so a
 * reader of the new version reads both; who needs rows rewritten does that in maintenance, and so
 * for new columns, which Kernel adds to no table of ours because they do not map columns.
 *
 * @param from the version before
 * @param to the version after
 * @param properties from the name of a table to what is set on it beside the version itself
 */
record FormatStep(String from, String to, Function<String, Map<String, String>> properties) {
  FormatStep {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(properties, "properties");
  }
}
