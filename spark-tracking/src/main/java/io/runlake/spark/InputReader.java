package io.runlake.spark;

import io.runlake.autolog.UsedColumns;
import io.runlake.inputs.InputProfile;
import io.runlake.store.DatasetRef;
import io.runlake.text.Redaction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.HiveTableRelation;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.LeafNode;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.execution.LogicalRDD;
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
 * Reads from the analysed plan what a frame is made of: tables, folders and files, with version,
 * time, size and the columns used where Spark knows them already. The optimised plan would show
 * more, but making it can run jobs.
 *
 * <p>A frame that was made from an RDD or from local rows, or was checkpointed, has lost its
 * origin: it is of kind {@code unknown}, named by the plan's node. The frame of a micro-batch is of
 * kind {@code stream}: the query's id, with the number of the batch as its version.
 */
final class InputReader {
  /** Formats whose files say their columns themselves. */
  private static final Set<String> SELF_DESCRIBING = Set.of("parquet", "orc", "avro");

  /** What Spark calls them, in {@code MicroBatchExecution} and {@code StreamExecution}. */
  private static final String BATCH_ID = "streaming.sql.batchId";

  private static final String QUERY_ID = "sql.streaming.queryId";
  private static final int MAX_DDL = 100_000;

  private final InputList inputs;
  private final Optional<UsedColumns> wanted;
  private Optional<Set<Long>> needed = Optional.empty();
  private SparkSession session;
  private SparkContext spark;

  /**
   * A reader for one frame.
   *
   * @param wanted which columns of the frame are read; empty for all
   */
  InputReader(String context, Optional<UsedColumns> wanted) {
    this.inputs = new InputList(context);
    this.wanted = wanted;
  }

  List<DatasetRef> read(Dataset<?> data) {
    try {
      session = data.sparkSession();
      spark = session.sparkContext();
      LogicalPlan plan = data.queryExecution().analyzed();
      needed = PlanColumns.of(plan, wanted);
      ScalaInterop.visit(plan, this::node);
    } catch (Throwable e) {
      inputs.add(
          "unknown",
          "a plan that could not be read: " + e.getClass().getSimpleName(),
          null,
          null,
          InputProfile.UNKNOWN);
    }
    return inputs.all();
  }

  private void node(LogicalPlan node) {
    if (node instanceof LogicalRelation relation) {
      relation(relation);
    } else if (node instanceof HiveTableRelation hive) {
      CatalogTable table = hive.tableMeta();
      add(node, "hive", tableName(table), null, statistics(table, InputProfile.UNKNOWN));
    } else if (node instanceof DataSourceV2Relation relation) {
      table(relation);
    } else if (node instanceof LogicalRDD && spark.getLocalProperty(BATCH_ID) != null) {
      String query = String.valueOf(spark.getLocalProperty(QUERY_ID));
      add(
          node,
          "stream",
          query,
          spark.getLocalProperty(BATCH_ID),
          InputProfile.UNKNOWN.withLocation(StreamSource.of(session, query)));
    } else if (node instanceof LeafNode
        && !(node instanceof CTERelationRef)
        && !(node instanceof OneRowRelation)) {
      add(node, "unknown", node.getClass().getSimpleName(), null, InputProfile.UNKNOWN);
    }
  }

  private void relation(LogicalRelation node) {
    Optional<CatalogTable> table = ScalaInterop.catalogTable(node);
    Optional<String> name = table.map(InputReader::tableName);
    BaseRelation relation = node.relation();
    if (relation instanceof HadoopFsRelation files) {
      files(node, files, table);
    } else if (relation instanceof JDBCRelation jdbc) {
      String from = jdbc.jdbcOptions().url() + " " + jdbc.jdbcOptions().tableOrQuery();
      add(node, "jdbc", name.orElse(from), null, InputProfile.UNKNOWN);
    } else {
      String shown = name.orElse(relation.getClass().getSimpleName());
      add(node, shortName(relation), shown, null, InputProfile.UNKNOWN);
    }
  }

  private void files(LogicalRelation node, HadoopFsRelation files, Optional<CatalogTable> table) {
    FileIndex index = files.location();
    if (DeltaSource.isDelta(index)) {
      DeltaSource.Version version = DeltaSource.version(index);
      String path = DeltaSource.path(index);
      InputProfile content = version.content();
      add(
          node,
          "delta",
          table.map(InputReader::tableName).orElse(path),
          version.number(),
          table.isPresent() ? content.withLocation(Optional.of(Redaction.text(path))) : content);
      return;
    }
    String kind = shortName(files.fileFormat());
    List<Path> roots = SparkCompat.rootPaths(index, 10 * InputList.MAX_INPUTS);
    ListedFiles listed = ListedFiles.of(index, roots);
    if (table.isPresent()) {
      InputProfile content =
          roots.size() == 1 ? listed.profile(roots.get(0)) : InputProfile.UNKNOWN;
      add(node, kind, tableName(table.get()), null, statistics(table.get(), content));
      return;
    }
    for (Path path : roots) {
      add(node, kind, path.toString(), null, reading(kind, files, listed.profile(path)));
    }
  }

  /** How the files are read; without it the same columns do not come out again. */
  private static InputProfile reading(String kind, HadoopFsRelation files, InputProfile profile) {
    Map<String, String> options = new HashMap<>();
    ScalaInterop.strings(SparkCompat.call(files, "options"))
        .forEach((key, value) -> options.put(key, Redaction.value(key, value)));
    options.keySet().removeIf(key -> key.equalsIgnoreCase("path"));
    Optional<String> ddl =
        SELF_DESCRIBING.contains(kind)
            ? Optional.empty()
            : Optional.of(files.schema().toDDL()).filter(text -> text.length() <= MAX_DDL);
    return profile.withReading(ddl, options);
  }

  private static InputProfile statistics(CatalogTable table, InputProfile profile) {
    InputProfile placed =
        profile.withLocation(
            ScalaInterop.optional(table.storage().locationUri())
                .map(uri -> Redaction.text(uri.toString())));
    Optional<OptionalLong> rows =
        ScalaInterop.optional(table.stats())
            .flatMap(stats -> ScalaInterop.optional(SparkCompat.call(stats, "rowCount")))
            .map(count -> OptionalLong.of(((Number) count).longValue()));
    return placed.withRows(rows.orElse(OptionalLong.empty()));
  }

  private void table(DataSourceV2Relation node) {
    if (node.table() instanceof FileTable files) {
      List<Path> roots = SparkCompat.rootPaths(files.fileIndex(), 10 * InputList.MAX_INPUTS);
      ListedFiles listed = ListedFiles.of(files.fileIndex(), roots);
      String kind = files.formatName().toLowerCase(Locale.ROOT);
      roots.forEach(path -> add(node, kind, path.toString(), null, listed.profile(path)));
      return;
    }
    String provider = node.table().properties().get("provider");
    add(
        node,
        provider == null ? "table" : provider.toLowerCase(Locale.ROOT),
        node.table().name(),
        DeltaSource.tableVersion(node.table()),
        InputProfile.UNKNOWN.withLocation(
            Optional.ofNullable(node.table().properties().get("location")).map(Redaction::text)));
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

  private void add(
      LogicalPlan node, String kind, String name, String version, InputProfile profile) {
    StructType schema = node.schema();
    Optional<List<String>> columns = needed.map(ids -> PlanColumns.names(node, ids));
    inputs.add(kind, name, version, schema, profile.withColumns(columns));
  }
}
