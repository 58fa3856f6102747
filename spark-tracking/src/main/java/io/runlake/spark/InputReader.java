package io.runlake.spark;

import io.runlake.store.DatasetRef;
import io.runlake.text.Redaction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.HiveTableRelation;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.LeafNode;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.jdbc.JDBCRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.FileTable;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;

/**
 * Reads from the analysed plan what a frame is made of: tables, folders and files, with the version
 * where the source has versions. The optimised plan would show more, but making it can run jobs.
 *
 * <p>A frame that was made from an RDD or from local rows, or was checkpointed, has lost its
 * origin: it is of kind {@code unknown}, named by the plan's node.
 */
final class InputReader {
  /** More inputs than this are a generated plan; the rest is counted in one entry. */
  private static final int MAX_INPUTS = 100;

  private static final int MAX_NAME = 1_000;

  private final String context;
  private final Map<String, DatasetRef> found = new LinkedHashMap<>();
  private int left;

  InputReader(String context) {
    this.context = context;
  }

  List<DatasetRef> read(Dataset<?> data) {
    try {
      ScalaInterop.visit(data.queryExecution().analyzed(), this::node);
    } catch (Throwable e) {
      add("unknown", "a plan that could not be read: " + e.getClass().getSimpleName(), null, null);
    }
    if (left > 0) {
      DatasetRef rest = ref("unknown", left + " more inputs", null, null);
      found.put(rest.key(), rest);
    }
    return new ArrayList<>(found.values());
  }

  private void node(LogicalPlan node) {
    if (node instanceof LogicalRelation relation) {
      relation(relation);
    } else if (node instanceof HiveTableRelation hive) {
      add("hive", tableName(hive.tableMeta()), null, hive.schema());
    } else if (node instanceof DataSourceV2Relation relation) {
      table(relation);
    } else if (node instanceof LeafNode
        && !(node instanceof CTERelationRef)
        && !(node instanceof OneRowRelation)) {
      add("unknown", node.getClass().getSimpleName(), null, node.schema());
    }
  }

  private void relation(LogicalRelation node) {
    Optional<String> table = ScalaInterop.catalogTable(node).map(InputReader::tableName);
    BaseRelation relation = node.relation();
    if (relation instanceof HadoopFsRelation files) {
      files(files, table, node.schema());
    } else if (relation instanceof JDBCRelation jdbc) {
      String from = jdbc.jdbcOptions().url() + " " + jdbc.jdbcOptions().tableOrQuery();
      add("jdbc", table.orElse(from), null, node.schema());
    } else {
      add(
          shortName(relation),
          table.orElse(relation.getClass().getSimpleName()),
          null,
          node.schema());
    }
  }

  private void files(HadoopFsRelation files, Optional<String> table, StructType schema) {
    FileIndex index = files.location();
    if (DeltaSource.isDelta(index)) {
      add(
          "delta",
          table.orElseGet(() -> DeltaSource.path(index)),
          DeltaSource.version(index),
          schema);
      return;
    }
    String kind = shortName(files.fileFormat());
    if (table.isPresent()) {
      add(kind, table.get(), null, schema);
      return;
    }
    for (Path path : SparkCompat.rootPaths(index, 10 * MAX_INPUTS)) {
      add(kind, path.toString(), null, schema);
    }
  }

  private void table(DataSourceV2Relation node) {
    if (node.table() instanceof FileTable files) {
      for (Path path : SparkCompat.rootPaths(files.fileIndex(), 10 * MAX_INPUTS)) {
        add(files.formatName().toLowerCase(Locale.ROOT), path.toString(), null, node.schema());
      }
      return;
    }
    String provider = node.table().properties().get("provider");
    add(
        provider == null ? "table" : provider.toLowerCase(Locale.ROOT),
        node.table().name(),
        DeltaSource.tableVersion(node.table()),
        node.schema());
  }

  private static String tableName(CatalogTable table) {
    return table.identifier().unquotedString();
  }

  /** The name under which one reads the format, where it has one. */
  private static String shortName(Object source) {
    if (source instanceof DataSourceRegister named) {
      return named.shortName().toLowerCase(Locale.ROOT);
    }
    String name = source.getClass().getSimpleName();
    for (String suffix : List.of("FileFormat", "Relation")) {
      if (name.endsWith(suffix) && name.length() > suffix.length()) {
        name = name.substring(0, name.length() - suffix.length());
      }
    }
    return source instanceof FileFormat || source instanceof BaseRelation
        ? name.toLowerCase(Locale.ROOT)
        : name;
  }

  private void add(String kind, String name, String version, StructType schema) {
    DatasetRef ref = ref(kind, name, version, schema);
    if (found.containsKey(ref.key())) {
      return;
    }
    if (found.size() >= MAX_INPUTS) {
      left++;
    } else {
      found.put(ref.key(), ref);
    }
  }

  private DatasetRef ref(String kind, String name, String version, StructType schema) {
    String clean = Redaction.text(name);
    String shown = clean.length() <= MAX_NAME ? clean : clean.substring(0, MAX_NAME) + "...";
    Optional<String> json = schema == null ? Optional.empty() : SchemaJson.of(schema);
    return new DatasetRef(
        kind,
        shown,
        Optional.ofNullable(version),
        Optional.of(context),
        Optional.of(digest(kind, shown, version, json.orElse(""))),
        json);
  }

  /**
   * The first 16 hex digits of SHA-256 over kind, name, version and schema, each ended by a zero
   * byte: equal for two reads of one version of one source, computed without reading data.
   */
  private static String digest(String kind, String name, String version, String schema) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String part : List.of(kind, name, version == null ? "" : version, schema)) {
        sha.update(part.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
      }
      return HexFormat.of().formatHex(sha.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256.", e);
    }
  }
}
