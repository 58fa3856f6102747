package io.runlake.scoring.batch;

import io.runlake.scoring.DeltaLogs;
import io.runlake.scoring.InputFormat;
import io.runlake.scoring.JobException;
import io.runlake.scoring.LineFormat;
import io.runlake.scoring.batch.JobSettings.InputSettings;
import io.runlake.store.DatasetRef;
import io.runlake.text.Redaction;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Freezes the input, then reads exactly that. */
final class InputReader {
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
      return settings.format() == InputFormat.DELTA ? delta() : files();
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
            + JobException.firstLine(e)
            + ".",
        e);
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
                            + " is no Delta table; set input.format to parquet, csv or json for files."));
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
    Optional<LineFormat> lines =
        settings.format().lines()
            ? Optional.of(LineFormat.of(settings.schema().orElseThrow(), settings.options()))
            : Optional.empty();
    Optional<StructType> schema =
        lines.map(LineFormat::schema).or(() -> settings.schema().map(LineFormat::schema));
    DataFrameReader reader =
        spark
            .read()
            .format(settings.format().sparkName())
            .options(lines.map(LineFormat::options).orElse(settings.options()));
    if (settings.format() == InputFormat.CSV) {
      reader =
          reader.options(
              CsvHeader.of(spark, settings.options(), listing.paths().get(0))
                  .map(header -> header.check(lines.orElseThrow()))
                  .orElse(Map.of()));
    }
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
        lines.map(LineFormat::corruptColumn),
        source(String.join(",", settings.paths()), version, version, rows),
        listing::change);
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
