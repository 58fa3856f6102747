package io.runlake.scoring.streaming;

import io.runlake.scoring.JobException;
import io.runlake.scoring.streaming.StreamSettings.InputSettings;
import io.runlake.store.DatasetRef;
import io.runlake.text.Redaction;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;

/** Where rows come from. */
sealed interface Source permits LineSource, TableSource {
  /** The qualified path. */
  String path();

  /**
   * The stream of rows, with their positions. Reads no row.
   *
   * @throws JobException BAD_INPUT if there is no such input
   */
  Dataset<Row> open(SparkSession spark);

  /** Where the reader puts what it could not parse. */
  Optional<String> corruptColumn();

  /** The stream's columns that say where a row comes from. */
  List<String> positions();

  /** What is known of a whole batch about where its rows come from. */
  List<Column> position(long batch);

  /** What the run's inputs say. */
  DatasetRef reference(Dataset<Row> stream);

  /** The source that the settings name. */
  static Source of(SparkSession spark, InputSettings settings, Checkpoint checkpoint) {
    return settings.format().lines()
        ? LineSource.of(spark, settings)
        : TableSource.of(spark, settings, checkpoint);
  }

  /** A reader with the options and limits of the settings. */
  static DataStreamReader reader(SparkSession spark, String format, InputSettings settings) {
    DataStreamReader reader = spark.readStream().format(format).options(settings.options());
    if (settings.maxFiles().isPresent()) {
      reader = reader.option("maxFilesPerTrigger", settings.maxFiles().get());
    }
    if (settings.maxBytes().isPresent()) {
      reader = reader.option("maxBytesPerTrigger", settings.maxBytes().get());
    }
    return reader;
  }

  static DatasetRef reference(String format, String path, Optional<String> id, Dataset<Row> rows) {
    return new DatasetRef(
        format,
        Redaction.text(path),
        Optional.empty(),
        Optional.of("score"),
        id,
        Optional.of(rows.schema().json()));
  }

  static JobException unreadable(InputSettings settings, Exception e) {
    return JobException.badInput(
        "Cannot read the input "
            + settings.path()
            + " as "
            + settings.format().sparkName()
            + ": "
            + JobException.firstLine(e)
            + ".",
        e);
  }
}
