package io.runlake.store.delta;

import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.runlake.store.Checkup;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What the newest version says of the table: protocol, columns, partitions, properties. */
final class MetadataCheck {
  private static final int READER = 1;
  private static final int WRITER = 2;
  private static final String ALTERED =
      "Somebody altered the table; stop who did, and restore it from a backup or write the store"
          + " anew elsewhere.";

  private final TableSpec<?> spec;
  private final String path;
  private final Checkup checkup;

  MetadataCheck(DeltaTable<?> table, Checkup checkup) {
    this.spec = table.spec();
    this.path = table.path();
    this.checkup = checkup;
  }

  /** Whether the rows can be read as this version of Runlake reads them. */
  boolean run(SnapshotImpl snapshot) {
    Metadata metadata = snapshot.getMetadata();
    String format = metadata.getConfiguration().get(TableSpec.FORMAT);
    if (!TableSpec.FORMAT_VERSION.equals(format)) {
      checkup.violation(
          "table.format",
          spec.name(),
          path,
          TableSpec.FORMAT
              + " is "
              + format
              + ", and this Runlake knows "
              + TableSpec.FORMAT_VERSION
              + ".",
          "Use a Runlake that knows the format, or runlake store upgrade if the number is lower.");
      return false;
    }
    protocol(snapshot.getProtocol());
    properties(metadata.getConfiguration());
    return columns(metadata);
  }

  private void protocol(Protocol protocol) {
    Set<String> features = protocol.getReaderAndWriterFeatures();
    if (protocol.getMinReaderVersion() != READER
        || protocol.getMinWriterVersion() != WRITER
        || !features.isEmpty()) {
      checkup.violation(
          "table.protocol",
          spec.name(),
          path,
          "The protocol is reader "
              + protocol.getMinReaderVersion()
              + ", writer "
              + protocol.getMinWriterVersion()
              + (features.isEmpty() ? "" : ", features " + new TreeSet<>(features))
              + ", and should be 1 and 2 without features, so that everything reads the table.",
          ALTERED);
    }
  }

  private void properties(Map<String, String> found) {
    spec.properties()
        .forEach(
            (key, value) -> {
              if (!value.equals(found.get(key))) {
                property(key, "is " + found.get(key) + " instead of " + value);
              }
            });
    for (String key : new TreeSet<>(found.keySet())) {
      if (key.equals("delta.appendOnly") && Boolean.parseBoolean(found.get(key))) {
        checkup.violation(
            "table.properties",
            spec.name(),
            path,
            "delta.appendOnly is true, so that nothing can be settled or cleaned up.",
            "Take the property away: ALTER TABLE ... UNSET TBLPROPERTIES ('delta.appendOnly').");
      } else if (key.startsWith("delta.") && !spec.properties().containsKey(key)) {
        property(key, "is " + found.get(key) + " and was not set by Runlake");
      }
    }
  }

  private void property(String key, String what) {
    checkup.warning(
        "table.properties",
        spec.name(),
        path,
        key + " " + what + ".",
        "If that was not meant: ALTER TABLE ... SET or UNSET TBLPROPERTIES, while nothing writes.");
  }

  private boolean columns(Metadata metadata) {
    List<String> partitions = spec.partitions().stream().map(StructField::getName).toList();
    List<String> actual =
        metadata.getSchema().fieldNames().stream()
            .filter(metadata.getPartitionColNames()::contains)
            .toList();
    boolean readable = true;
    if (!Set.copyOf(partitions).equals(Set.copyOf(actual))) {
      schema("The table is partitioned by " + actual + " instead of " + partitions + ".");
      readable = false;
    }
    StructType schema = metadata.getSchema();
    for (StructField wanted : spec.schema().fields()) {
      StructField found =
          schema.indexOf(wanted.getName()) < 0 ? null : schema.get(wanted.getName());
      if (found == null) {
        schema("The column " + wanted.getName() + " is missing.");
        readable = false;
      } else if (!found.getDataType().equivalent(wanted.getDataType())) {
        schema(
            "The column "
                + wanted.getName()
                + " is "
                + found.getDataType()
                + " instead of "
                + wanted.getDataType()
                + ".");
        readable = false;
      } else if (!found.isNullable()) {
        schema("The column " + wanted.getName() + " is not nullable, and all of ours are.");
      }
    }
    return readable;
  }

  private void schema(String what) {
    checkup.violation("table.schema", spec.name(), path, what, ALTERED);
  }
}
