package io.runlake.scoring.batch;

import io.runlake.scoring.batch.JobSettings.Format;
import io.runlake.scoring.batch.JobSettings.InputSettings;
import io.runlake.store.DatasetRef;
import io.runlake.text.Redaction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Freezes the input, then reads exactly that. */
final class InputReader {
  private static final String CORRUPT_COLUMN = "_corrupt_record";
  private static final String CORRUPT_OPTION = "columnNameOfCorruptRecord";

  private final SparkSession spark;
  private final InputSettings settings;

  InputReader(SparkSession spark, InputSettings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /**
   * Freezes the input. Reads table metadata, file names and Parquet footers, but no row.
   *
   * @throws JobException BAD_INPUT if there is no such input
   */
  FrozenInput freeze() {
    try {
      return settings.format() == Format.DELTA ? delta() : files();
    } catch (IOException e) {
      throw JobException.badInput(
          "Cannot list the input " + settings.paths() + ": " + e.getMessage() + ".", e);
    } catch (RuntimeException e) {
      // Spark's AnalysisException is a checked exception that Scala throws unannounced.
      throw e instanceof JobException ? e : unreadable(e);
    } catch (Exception e) {
      throw unreadable(e);
    }
  }

  private JobException unreadable(Exception e) {
    return JobException.badInput(
        "Cannot read the input "
            + settings.paths()
            + " as "
            + settings.format().sparkName()
            + ": "
            + firstLine(e)
            + ".",
        e);
  }

  static String firstLine(Throwable e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    String line = text.strip().lines().findFirst().orElse(e.toString()).strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  private FrozenInput delta() throws IOException, AnalysisException {
    Path path = new Path(settings.paths().get(0));
    FileSystem fileSystem = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
    String table = fileSystem.makeQualified(path).toString();
    if (!fileSystem.exists(path)) {
      throw JobException.badInput("No such input: " + table + ".");
    }
    DeltaLogs.State state =
        DeltaLogs.state(spark, table)
            .orElseThrow(
                () ->
                    JobException.badInput(
                        "The input "
                            + table
                            + " is no Delta table; set input.format to parquet or csv for files."));
    long version = settings.version().orElse(state.version());
    if (version < 0 || version > state.version()) {
      throw JobException.badInput(
          "The input "
              + table
              + " has no version "
              + version
              + ": its newest is "
              + state.version()
              + ".");
    }
    Dataset<Row> rows =
        spark
            .read()
            .format("delta")
            .options(settings.options())
            .option("versionAsOf", version)
            .load(table);
    return new FrozenInput(
        rows,
        "delta:" + state.id() + "@" + version,
        Optional.empty(),
        source(table, Long.toString(version), state.id(), rows),
        Optional::empty);
  }

  private FrozenInput files() throws IOException {
    FileListing listing =
        FileListing.of(settings.paths(), spark.sparkContext().hadoopConfiguration());
    Optional<StructType> schema = settings.schema().map(InputReader::schema);
    Optional<String> corruptColumn = Optional.empty();
    DataFrameReader reader = spark.read().format(settings.format().sparkName());
    if (settings.format() == Format.CSV) {
      corruptColumn = Optional.of(settings.options().getOrDefault(CORRUPT_OPTION, CORRUPT_COLUMN));
      schema = Optional.of(withText(schema.orElseThrow(), corruptColumn.get()));
      reader = permissive(reader, corruptColumn.get());
    }
    reader = reader.options(settings.options());
    if (listing.basePath().isPresent() && !settings.options().containsKey("basePath")) {
      reader = reader.option("basePath", listing.basePath().get());
    }
    if (schema.isPresent()) {
      reader = reader.schema(schema.get());
    }
    Dataset<Row> rows = reader.load(listing.paths().toArray(String[]::new));
    String version = listing.version(settings);
    return new FrozenInput(
        rows,
        version,
        corruptColumn,
        source(String.join(",", settings.paths()), version, version, rows),
        listing::change);
  }

  private static StructType schema(String ddl) {
    try {
      return StructType.fromDDL(ddl);
    } catch (Exception e) {
      // Spark's ParseException is a checked exception that Scala throws unannounced.
      throw badSchema(ddl, e);
    }
  }

  private static JobException badSchema(String ddl, Exception e) {
    return JobException.badInput(
        "Bad input.schema '"
            + ddl
            + "': "
            + firstLine(e)
            + ". Write it as DDL, for instance \"id bigint, amount double\".",
        e);
  }

  /** A row that does not parse becomes a row with its text in the corrupt column. */
  private DataFrameReader permissive(DataFrameReader reader, String corruptColumn) {
    String mode = settings.options().getOrDefault("mode", "PERMISSIVE");
    if (!mode.equalsIgnoreCase("PERMISSIVE")) {
      throw JobException.badInput(
          "input.options.mode is "
              + mode
              + ": it must be PERMISSIVE, so that rows that do not parse are quarantined and"
              + " neither dropped nor fatal.");
    }
    return reader.option(CORRUPT_OPTION, corruptColumn);
  }

  private static StructType withText(StructType schema, String column) {
    return !List.of(schema.fieldNames()).contains(column)
        ? schema.add(column, DataTypes.StringType, true)
        : schema;
  }

  private DatasetRef source(String name, String version, String digest, Dataset<Row> rows) {
    return new DatasetRef(
        settings.format().sparkName(),
        Redaction.text(name),
        Optional.of(version),
        Optional.of("score"),
        Optional.of(digest),
        Optional.of(rows.schema().json()));
  }
}
