package io.runlake.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.PrunedScan;
import org.apache.spark.sql.types.StructType;

/**
 * The tables below a root as frames that show, at each query, what the table holds by then. A table
 * is created with its first row, so it may not be there yet: its frame is empty until it is, and
 * then reads it, though without pushing filters down.
 */
final class StoreTables {
  static final String RUNS =
      "run_id STRING, experiment_id STRING, user STRING, source STRING, start_time TIMESTAMP,"
          + " artifact_uri STRING, status STRUCT<epoch: BIGINT, rank: INT, at: BIGINT, status:"
          + " STRING, end_time: TIMESTAMP, message: STRING>, name STRUCT<at: BIGINT, value:"
          + " STRING>, lifecycle STRUCT<at: BIGINT, value: STRING>, lease_until TIMESTAMP, params"
          + " MAP<STRING, STRUCT<at: BIGINT, value: STRING>>, tags MAP<STRING, STRUCT<at: BIGINT,"
          + " value: STRING>>, metrics MAP<STRING, STRUCT<step: BIGINT, timestamp: TIMESTAMP,"
          + " value: DOUBLE>>, inputs MAP<STRING, STRUCT<at: BIGINT, kind: STRING, name: STRING,"
          + " version: STRING, context: STRING, digest: STRING, schema: STRING>>, level INT, month"
          + " STRING";
  static final String METRICS =
      "experiment_id STRING, run_id STRING, key STRING, value DOUBLE, timestamp TIMESTAMP, step"
          + " BIGINT, month STRING";
  static final String EXPERIMENTS =
      "experiment_id STRING, name STRING, artifact_location STRING, lifecycle STRING, tags"
          + " MAP<STRING, STRING>, creation_time TIMESTAMP, last_update_time TIMESTAMP, revision"
          + " BIGINT";
  static final String REGISTRY =
      "kind STRING, name STRING, version INT, deleted BOOLEAN, aliases MAP<STRING, INT>, tags"
          + " MAP<STRING, STRING>, description STRING, stage STRING, source STRING, run_id STRING,"
          + " digest STRING, creation_time TIMESTAMP, who STRING, changed_at TIMESTAMP, why STRING,"
          + " revision BIGINT";

  private final SparkSession spark;
  private final String root;

  StoreTables(SparkSession spark, String root) {
    this.spark = spark;
    this.root = root;
  }

  /**
   * The frame of a table.
   *
   * @param columns its columns as DDL, of which a table of this format has all
   */
  Dataset<Row> table(String name, String columns) {
    String path = root + "/" + name;
    StructType schema = StructType.fromDDL(columns);
    return exists(spark, path)
        ? load(spark, path, schema.fieldNames())
        : spark.sqlContext().baseRelationToDataFrame(new LateTable(spark, path, schema));
  }

  private static Dataset<Row> load(SparkSession spark, String path, String[] columns) {
    return spark
        .read()
        .format("delta")
        .load(path)
        .select(
            Arrays.stream(columns)
                .map(column -> functions.col("`" + column + "`"))
                .toArray(Column[]::new));
  }

  private static boolean exists(SparkSession spark, String path) {
    Path log = new Path(path, "_delta_log");
    try {
      FileSystem files = log.getFileSystem(spark.sparkContext().hadoopConfiguration());
      if (!files.exists(log)) {
        return false;
      }
      for (FileStatus file : files.listStatus(log)) {
        if (file.getPath().getName().matches("\\d{20}\\..*(json|parquet)")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + log + " to see whether it is a table.", e);
    }
  }

  /** A table that did not exist when its frame was made. */
  private static final class LateTable extends BaseRelation implements PrunedScan {
    private final transient SparkSession spark;
    private final String path;
    private final StructType schema;

    LateTable(SparkSession spark, String path, StructType schema) {
      this.spark = spark;
      this.path = path;
      this.schema = schema;
    }

    @Override
    public SQLContext sqlContext() {
      return spark.sqlContext();
    }

    @Override
    public StructType schema() {
      return schema;
    }

    @Override
    public RDD<Row> buildScan(String[] requiredColumns) {
      return exists(spark, path)
          ? load(spark, path, requiredColumns).rdd()
          : spark.emptyDataFrame().rdd();
    }
  }
}
