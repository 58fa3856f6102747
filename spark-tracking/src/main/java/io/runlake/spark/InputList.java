package io.runlake.spark;

import io.runlake.errors.Limits;
import io.runlake.inputs.InputProfile;
import io.runlake.store.DatasetRef;
import io.runlake.text.Redaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/**
 * Gathers the inputs of a plan: each source and version once, with the columns of all its reads.
 */
final class InputList {
  /** More inputs than this are a generated plan; the rest is counted in one entry. */
  static final int MAX_INPUTS = 100;

  private static final int MAX_NAME = 1_000;

  /** One source, as far as it was seen. */
  private record Source(
      String kind, String name, String version, Optional<String> schema, InputProfile profile) {
    Source and(InputProfile other) {
      Optional<List<String>> both =
          profile.columns().isEmpty() || other.columns().isEmpty()
              ? Optional.empty()
              : Optional.of(union(profile.columns().get(), other.columns().get()));
      return new Source(kind, name, version, schema, profile.withColumns(both));
    }

    private static List<String> union(List<String> first, List<String> second) {
      Set<String> all = new LinkedHashSet<>(first);
      all.addAll(second);
      return List.copyOf(all);
    }
  }

  private final String context;
  private final Map<String, Source> found = new LinkedHashMap<>();
  private int left;

  InputList(String context) {
    this.context = context;
  }

  void add(String kind, String name, String version, StructType schema, InputProfile profile) {
    String clean = Redaction.text(name);
    String shown = clean.length() <= MAX_NAME ? clean : clean.substring(0, MAX_NAME) + "...";
    Optional<String> json = schema == null ? Optional.empty() : SchemaJson.of(schema);
    Source source = new Source(kind, shown, version, json, profile);
    String key = kind + "|" + shown + "|" + (version == null ? "" : version);
    if (found.containsKey(key)) {
      found.computeIfPresent(key, (same, known) -> known.and(profile));
    } else if (found.size() >= MAX_INPUTS) {
      left++;
    } else {
      found.put(key, source);
    }
  }

  List<DatasetRef> all() {
    List<DatasetRef> inputs = new ArrayList<>();
    found.values().forEach(source -> inputs.add(reference(source)));
    if (left > 0) {
      inputs.add(
          reference(
              new Source(
                  "unknown", left + " more inputs", null, Optional.empty(), InputProfile.UNKNOWN)));
    }
    return inputs;
  }

  private DatasetRef reference(Source source) {
    return new DatasetRef(
        source.kind(),
        source.name(),
        Optional.ofNullable(source.version()),
        Optional.of(context),
        Optional.of(digest(source)),
        schema(source));
  }

  /** With the profile in it; where both are too long for a run, the columns' types are left out. */
  private static Optional<String> schema(Source source) {
    if (source.profile().equals(InputProfile.UNKNOWN)) {
      return source.schema();
    }
    String whole = source.profile().into(source.schema().orElse("{}"));
    if (whole.length() <= Limits.DATASET_SCHEMA) {
      return Optional.of(whole);
    }
    String alone = source.profile().into("{}");
    return alone.length() <= Limits.DATASET_SCHEMA ? Optional.of(alone) : source.schema();
  }

  /**
   * The first 16 hex digits of SHA-256 over kind, name, version and schema, each ended by a zero
   * byte: equal for two reads of one version of one source, computed without reading data.
   */
  private static String digest(Source source) {
    String version = source.version() == null ? "" : source.version();
    List<String> parts = List.of(source.kind(), source.name(), version, source.schema().orElse(""));
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        sha.update(part.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
      }
      return HexFormat.of().formatHex(sha.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256.", e);
    }
  }
}
