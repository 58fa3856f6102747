package io.runlake.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A value and when it was written, ordered as Spark orders {@code struct<at, value>}: by the stamp,
 * then an absent value before a present one, then by the value's UTF-8 bytes.
 *
 * @param at hybrid logical clock in milliseconds: {@code max(now, greatest seen of that run + 1)}
 * @param value empty is a deletion
 */
public record Stamp(long at, Optional<String> value) implements Comparable<Stamp> {
  public Stamp {
    Objects.requireNonNull(value, "value");
  }

  public static Stamp of(long at, String value) {
    return new Stamp(at, Optional.of(value));
  }

  public static Stamp deletion(long at) {
    return new Stamp(at, Optional.empty());
  }

  @Override
  public int compareTo(Stamp other) {
    int byStamp = Long.compare(at, other.at);
    return byStamp != 0 ? byStamp : compare(value, other.value);
  }

  /** Spark's order of nullable strings: null first, then unsigned UTF-8 bytes. */
  static int compare(Optional<String> a, Optional<String> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return Boolean.compare(a.isPresent(), b.isPresent());
    }
    return compare(a.get(), b.get());
  }

  static int compare(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
