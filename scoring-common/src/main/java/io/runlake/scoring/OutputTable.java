package io.runlake.scoring;

import io.delta.tables.DeltaTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** A Delta table that a job writes, with partitions that the job knows. Not thread-safe. */
public final class OutputTable {
  /** What Delta refuses in a column name unless the table maps its columns. */
  private static final String NEEDS_MAPPING = " ,;{}()\n\t=";

  /** A data file of Spark's, whose checksum on a local disk has a dot before its name. */
  private static final Pattern PART_FILE =
      Pattern.compile("\\.?part-[0-9]{5}-[0-9a-f-]{36}.*\\.parquet(\\.crc)?");

  /** So many commits of others are expected at a look. */
  private static final int FEW = 8;

  private final SparkSession spark;
  private final String path;
  private final List<String> partitions;

  private OutputTable(SparkSession spark, String path, List<String> partitions) {
    this.spark = spark;
    this.path = path;
    this.partitions = partitions;
  }

  /**
   * The table at a path that is a Delta table partitioned as ours, or is free.
   *
   * @param partitions the columns that the table is partitioned by, or will be
   * @throws JobException BAD_INPUT if something else stands there
   */
  public static OutputTable at(SparkSession spark, String text, List<String> partitions) {
    try {
      Path path = new Path(text);
      FileSystem fileSystem = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
      OutputTable table =
          new OutputTable(spark, fileSystem.makeQualified(path).toString(), partitions);
      if (fileSystem.exists(path)) {
        table.check(fileSystem.getFileStatus(path), fileSystem);
      }
      return table;
    } catch (IOException | IllegalArgumentException e) {
      throw JobException.badInput(
          "Cannot look at the output " + text + ": " + JobException.firstLine(e) + ".", e);
    }
  }

  private void check(FileStatus status, FileSystem fileSystem) throws IOException {
    Optional<DeltaLogs.State> table =
        status.isDirectory() ? DeltaLogs.state(spark, path) : Optional.empty();
    if (table.isPresent()) {
      List<String> found = table.get().partitions();
      if (!found.equals(partitions)) {
        throw JobException.badInput(
            "The output "
                + path
                + " is a Delta table partitioned by "
                + found
                + ", not by "
                + partitions
                + ": it was not made by this job. Give another output.path.");
      }
      return;
    }
    boolean free =
        status.isDirectory()
            && Arrays.stream(fileSystem.listStatus(status.getPath()))
                .allMatch(child -> isLeftOfAttempt(child.getPath().getName()));
    if (!free) {
      throw JobException.badInput(
          "The output "
              + path
              + " exists and is not a Delta table. Give a path that is free, or a table that this"
              + " job made.");
    }
  }

  /** What a first attempt leaves that died before its commit: claims, an empty log, files. */
  private boolean isLeftOfAttempt(String name) {
    return name.equals("_runlake")
        || name.equals("_delta_log")
        || partitions.stream().limit(1).anyMatch(column -> name.startsWith(column + "="))
        || partitions.isEmpty() && PART_FILE.matcher(name).matches();
  }

  /** The qualified path. */
  public String path() {
    return path;
  }

  /**
   * Refuses rows that do not fit the table that is there.
   *
   * @throws JobException BAD_INPUT naming the columns
   */
  public void checkSchema(StructType rows) {
    Optional<StructType> table = DeltaLogs.state(spark, path).map(DeltaLogs.State::schema);
    if (table.isEmpty()) {
      return;
    }
    List<String> wrong = new ArrayList<>();
    for (StructField field : rows.fields()) {
      Optional<StructField> there =
          Arrays.stream(table.get().fields())
              .filter(known -> known.name().equalsIgnoreCase(field.name()))
              .findFirst();
      if (there.isEmpty()) {
        wrong.add("it has no column '" + field.name() + "'");
      } else if (!there.get().dataType().simpleString().equals(field.dataType().simpleString())) {
        wrong.add(
            "its column '"
                + field.name()
                + "' is "
                + there.get().dataType().simpleString()
                + ", not "
                + field.dataType().simpleString());
      }
    }
    if (!wrong.isEmpty()) {
      throw JobException.badInput(
          "The table "
              + path
              + " does not fit: "
              + String.join("; ", wrong)
              + ". Choose the columns with the key columns, change the table, or give another"
              + " output.path.");
    }
  }

  /** The version at which a transaction id stands; 0 if it was never written. */
  public long transaction(String applicationId) {
    return DeltaLogs.transaction(spark, path, applicationId);
  }

  /** The version at which a transaction id stands; empty if it was never written. */
  public OptionalLong findTransaction(String applicationId) {
    return DeltaLogs.findTransaction(spark, path, applicationId);
  }

  /** Makes the table, without rows, if there is none. */
  public void createIfAbsent(StructType schema) {
    if (DeltaLogs.state(spark, path).isEmpty()) {
      Dataset<Row> none = spark.createDataFrame(List.of(), schema);
      mapped(none, none.write().format("delta").partitionBy(partitions.toArray(String[]::new)))
          .mode(SaveMode.Ignore)
          .save(path);
    }
  }

  /**
   * A write as one transaction.
   *
   * @param version Delta takes the write only if it is above the last of that application id
   * @param note goes into the commit and is how the commit is found again; unique per write
   */
  public record Write(String applicationId, long version, String note) {}

  /**
   * The commit of a write.
   *
   * @param rows as Delta counted them; -1 if the commit does not tell
   */
  public record Commit(long version, long rows) {}

  /** Appends rows, in one commit. */
  public void append(Dataset<Row> rows, Write write) {
    writer(rows, write).mode(SaveMode.Append).save(path);
  }

  /** Replaces the rows that a predicate over the partitions names, those and no others. */
  public void replace(Dataset<Row> rows, String predicate, Write write) {
    writer(rows, write).mode(SaveMode.Overwrite).option("replaceWhere", predicate).save(path);
  }

  private DataFrameWriter<Row> writer(Dataset<Row> rows, Write write) {
    return mapped(
        rows,
        rows.write()
            .format("delta")
            .partitionBy(partitions.toArray(String[]::new))
            .option("txnAppId", write.applicationId())
            .option("txnVersion", write.version())
            .option("userMetadata", write.note()));
  }

  /** A new table maps its columns if it has to. */
  private DataFrameWriter<Row> mapped(Dataset<Row> rows, DataFrameWriter<Row> writer) {
    boolean mapping =
        Arrays.stream(rows.columns())
            .anyMatch(name -> name.chars().anyMatch(c -> NEEDS_MAPPING.indexOf(c) >= 0));
    return mapping && DeltaLogs.state(spark, path).isEmpty()
        ? writer.option("delta.columnMapping.mode", "name")
        : writer;
  }

  /** The newest version; -1 if there is no table. */
  public long version() {
    return DeltaLogs.state(spark, path).map(DeltaLogs.State::version).orElse(-1L);
  }

  /**
   * The commit that a write made after a version; empty if it made none, because Delta skips,
   * without a word, a transaction whose number is not above the last.
   */
  public Optional<Commit> commitOf(Write write, long after) {
    // The history is counted back from what is newest when it is read, and others may commit until
    // then.
    for (int others = FEW; ; others *= FEW) {
      int newer = (int) Math.min(Integer.MAX_VALUE / 2, version() - after);
      if (newer <= 0) {
        return Optional.empty();
      }
      List<Row> history = history(newer + others);
      Optional<Commit> found =
          history.stream()
              .filter(row -> write.note().equals(row.getString(2)))
              .findFirst()
              .map(row -> new Commit(row.getLong(0), outputRows(row)));
      boolean all = history.stream().anyMatch(row -> row.getLong(0) <= after + 1);
      if (found.isPresent() || all || history.size() < newer + others) {
        return found;
      }
    }
  }

  private List<Row> history(int commits) {
    return DeltaTable.forPath(spark, path)
        .history(commits)
        .select("version", "operationMetrics", "userMetadata")
        .collectAsList();
  }

  private static long outputRows(Row row) {
    Object rows = row.isNullAt(1) ? null : row.getJavaMap(1).get("numOutputRows");
    return rows == null ? -1 : Long.parseLong(rows.toString());
  }

  /** How many rows match. */
  public long count(Column condition) {
    return DeltaLogs.state(spark, path).isEmpty()
        ? 0
        : spark.read().format("delta").load(path).where(condition).count();
  }

  /** Deletes the rows that match. */
  public void delete(Column condition) {
    DeltaTable.forPath(spark, path).delete(condition);
  }
}
