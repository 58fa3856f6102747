package io.runlake.scoring.streaming;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.JsonNode;
import io.runlake.scoring.DeltaLogs;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ScoreColumns;
import io.runlake.scoring.streaming.StreamSettings.InputSettings;
import io.runlake.store.DatasetRef;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * New rows of a Delta table. A row's position is the range of versions of its batch, or, with the
 * option {@code readChangeFeed}, the version of the commit that inserted or updated it.
 */
final class TableSource implements Source {
  private static final String VERSION = "source_version";
  private static final List<String> CHANGE_COLUMNS =
      List.of("_change_type", "_commit_version", "_commit_timestamp");

  private final InputSettings settings;
  private final Checkpoint checkpoint;
  private final String path;
  private final String id;
  private final boolean changes;

  private TableSource(InputSettings settings, Checkpoint checkpoint, String path, String id) {
    this.settings = settings;
    this.checkpoint = checkpoint;
    this.path = path;
    this.id = id;
    this.changes = settings.isSet("readChangeFeed") || settings.isSet("readChangeData");
  }

  static TableSource of(SparkSession spark, InputSettings settings, Checkpoint checkpoint) {
    try {
      Path given = new Path(settings.path());
      FileSystem fileSystem = given.getFileSystem(spark.sparkContext().hadoopConfiguration());
      String path = fileSystem.makeQualified(given).toString();
      if (!fileSystem.exists(given)) {
        throw JobException.badInput("No such input: " + path + ".");
      }
      DeltaLogs.State state =
          DeltaLogs.state(spark, path)
              .orElseThrow(
                  () ->
                      JobException.badInput(
                          "The input "
                              + path
                              + " is no Delta table; set input.format to csv or json for files."));
      return new TableSource(settings, checkpoint, path, state.id());
    } catch (IOException | IllegalArgumentException e) {
      throw Source.unreadable(settings, e);
    }
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Dataset<Row> open(SparkSession spark) {
    try {
      Dataset<Row> stream = Source.reader(spark, "delta", settings).load(path);
      if (!changes) {
        return stream;
      }
      Column[] columns =
          Stream.concat(
                  Arrays.stream(stream.columns())
                      .filter(name -> !CHANGE_COLUMNS.contains(name))
                      .map(name -> ScoreColumns.named(stream, name)),
                  Stream.of(col("_commit_version").as(VERSION)))
              .toArray(Column[]::new);
      return stream.where(col("_change_type").isin("insert", "update_postimage")).select(columns);
    } catch (Exception e) {
      // Spark's AnalysisException is a checked exception that Scala throws unannounced.
      throw Source.unreadable(settings, e);
    }
  }

  @Override
  public Optional<String> corruptColumn() {
    return Optional.empty();
  }

  @Override
  public List<String> positions() {
    return changes ? List.of(VERSION) : List.of();
  }

  @Override
  public List<Column> position(long batch) {
    if (changes) {
      return List.of();
    }
    Optional<JsonNode> before = batch > 0 ? checkpoint.offset(batch - 1) : Optional.empty();
    Optional<Long> from =
        before
            .map(offset -> offset.path("reservoirVersion").asLong())
            .or(() -> batch == 0 ? Optional.of(startingVersion()) : Optional.empty());
    return List.of(
        version(from).as("source_version_from"),
        version(checkpoint.offset(batch).map(TableSource::last)).as("source_version_to"));
  }

  private static Column version(Optional<Long> version) {
    return lit(version.orElse(null)).cast("bigint");
  }

  private long startingVersion() {
    return settings
        .option("startingVersion")
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::valueOf)
        .orElse(0L);
  }

  /**
   * The last version that an offset lies behind or within; a negative index is before a version.
   */
  private static long last(JsonNode offset) {
    long version = offset.path("reservoirVersion").asLong();
    boolean initial =
        offset.path("isStartingVersion").asBoolean(offset.path("isInitialSnapshot").asBoolean());
    return offset.path("index").asLong() < 0 && !initial ? version - 1 : version;
  }

  @Override
  public DatasetRef reference(Dataset<Row> stream) {
    return Source.reference("delta", path, Optional.of(id), stream);
  }
}
