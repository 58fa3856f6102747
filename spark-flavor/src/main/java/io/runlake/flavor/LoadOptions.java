package io.runlake.flavor;

import java.util.Objects;
import java.util.Optional;

/**
 * How strictly a model is checked when it is loaded.
 *
 * @param allow the classes that the folder may name
 * @param expectedDigest the digest that the registry has for this version; a differing one is
 *     refused
 * @param requireManifest whether a folder without a manifest, such as MLflow's own, is refused
 */
public record LoadOptions(
    AllowList allow, Optional<String> expectedDigest, boolean requireManifest) {
  /** Checks for null. */
  public LoadOptions {
    Objects.requireNonNull(allow, "allow");
    Objects.requireNonNull(expectedDigest, "expectedDigest");
  }

  /** Spark's own classes, any digest, manifest not required. */
  public static LoadOptions defaults() {
    return new LoadOptions(AllowList.standard(), Optional.empty(), false);
  }

  /** A copy with another allow-list. */
  public LoadOptions withAllow(AllowList value) {
    return new LoadOptions(value, expectedDigest, requireManifest);
  }

  /** A copy that refuses every digest but this one. */
  public LoadOptions withExpectedDigest(String value) {
    return new LoadOptions(allow, Optional.of(value), requireManifest);
  }

  /** A copy that refuses, or not, folders without a manifest. */
  public LoadOptions withRequireManifest(boolean value) {
    return new LoadOptions(allow, expectedDigest, value);
  }
}
