package io.runlake.store;

import java.util.Objects;
import java.util.Optional;

/**
 * A table, folder or query that a run read.
 *
 * @param kind {@code delta}, {@code parquet}, {@code csv}, {@code jdbc}, …, or {@code unknown}
 * @param name the table's name or the path; for an unknown origin a word that says so
 * @param version the version of the table, where the source has versions
 * @param context what it was read for: {@code train}, {@code eval}, {@code score}
 * @param digest a short hash that tells two contents apart, where it is known
 * @param schema the schema as JSON, where it is known
 */
public record DatasetRef(
    String kind,
    String name,
    Optional<String> version,
    Optional<String> context,
    Optional<String> digest,
    Optional<String> schema) {
  public DatasetRef {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(schema, "schema");
  }

  /** The key under which a run's inputs hold it: kind, name and version. */
  public String key() {
    return kind + "|" + name + "|" + version.orElse("");
  }
}
