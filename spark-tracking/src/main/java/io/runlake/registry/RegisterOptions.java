package io.runlake.registry;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is said when a version is registered.
 *
 * @param why the reason; may be empty text
 * @param tags of the version
 * @param description of the version
 */
public record RegisterOptions(String why, Map<String, String> tags, Optional<String> description) {
  public RegisterOptions {
    Objects.requireNonNull(why, "why");
    Objects.requireNonNull(description, "description");
    tags = Map.copyOf(tags);
  }

  public static RegisterOptions none() {
    return because("");
  }

  public static RegisterOptions because(String why) {
    return new RegisterOptions(why, Map.of(), Optional.empty());
  }

  public RegisterOptions withTag(String key, String value) {
    Map<String, String> all = new TreeMap<>(tags);
    all.put(key, value);
    return new RegisterOptions(why, all, description);
  }

  public RegisterOptions withDescription(String value) {
    return new RegisterOptions(why, tags, Optional.of(value));
  }
}
