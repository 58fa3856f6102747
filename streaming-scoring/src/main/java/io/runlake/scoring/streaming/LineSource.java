package io.runlake.scoring.streaming;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_csv;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.runlake.scoring.InputFormat;
import io.runlake.scoring.JobException;
import io.runlake.scoring.LineFormat;
import io.runlake.scoring.streaming.StreamSettings.InputSettings;
import io.runlake.store.DatasetRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Files of CSV or JSON lines. They are read as text, so that a row knows its line; each line is
 * parsed by the parser and the options with which the batch job's reader parses it.
 */
final class LineSource implements Source {
  private static final String FILE = "source_file";
  private static final String TEXT = "source_text";
  private static final String PARSED = "__runlake_parsed";

  private final InputSettings settings;
  private final LineFormat format;
  private final String path;

  private LineSource(InputSettings settings, LineFormat format, String path) {
    this.settings = settings;
    this.format = format;
    this.path = path;
  }

  static LineSource of(SparkSession spark, InputSettings settings) {
    checkLimit(spark.version(), settings.maxBytes());
    LineFormat format = LineFormat.of(settings.schema().orElseThrow(), settings.options());
    for (String name : format.schema().fieldNames()) {
      if (name.equalsIgnoreCase(FILE) || name.equalsIgnoreCase(TEXT)) {
        throw JobException.badInput(
            "input.schema has a column '"
                + name
                + "', which is where the job puts a row's position. Rename it.");
      }
    }
    try {
      Path given = new Path(settings.path());
      FileSystem fileSystem = given.getFileSystem(spark.sparkContext().hadoopConfiguration());
      FileStatus[] found = fileSystem.globStatus(given);
      if (found == null || found.length == 0) {
        throw JobException.badInput(
            "No such input: nothing is at "
                + fileSystem.makeQualified(given)
                + ". Make the folder first; it may be empty.");
      }
      return new LineSource(settings, format, fileSystem.makeQualified(given).toString());
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
      Dataset<Row> lines =
          Source.reader(spark, "text", settings)
              .load(path)
              .select(col("value"), col("_metadata.file_path").as(FILE))
              .where(isRow());
      Column parsed =
          settings.format() == InputFormat.CSV
              ? from_csv(col("value"), lit(format.schema().toDDL()), format.options())
              : from_json(col("value"), format.schema(), format.options());
      Dataset<Row> rows = lines.select(parsed.as(PARSED), col(FILE), col("value"));
      return rows.select(columns());
    } catch (Exception e) {
      // Spark's AnalysisException is a checked exception that Scala throws unannounced.
      throw Source.unreadable(settings, e);
    }
  }

  private Column[] columns() {
    List<Column> columns = new ArrayList<>();
    for (String name : format.schema().fieldNames()) {
      Column column = col(PARSED).getField(name);
      columns.add(
          name.equals(format.corruptColumn())
              // the text 'null' is sound JSON and no object
              ? coalesce(column, when(col(PARSED).isNull(), col("value"))).as(name)
              : column.as(name));
    }
    columns.add(col(FILE));
    columns.add(col("value").as(TEXT));
    return columns.toArray(Column[]::new);
  }

  /** Blank lines, comments and headers are none, as for Spark's own readers. */
  private Column isRow() {
    // Most lines begin with a character that can be seen; only the others are searched for one.
    Column row = substring(col("value"), 1, 1).gt(" ").or(col("value").rlike("[^\\x00-\\x20]"));
    if (settings.format() == InputFormat.CSV) {
      Optional<String> comment = settings.option("comment").filter(text -> !text.isEmpty());
      if (comment.isPresent()) {
        row = row.and(not(col("value").startsWith(comment.get())));
      }
      if (settings.isSet("header")) {
        row = row.and(not(isHeader()));
      }
    }
    return row;
  }

  /** Looks closely only at lines whose first field is the name of a column. */
  private Column isHeader() {
    String separator = settings.option("sep").or(() -> settings.option("delimiter")).orElse(",");
    String quote = settings.option("quote").filter(text -> !text.isEmpty()).orElse("\"");
    StructType schema = format.schema();
    List<String> names =
        Arrays.stream(schema.fieldNames())
            .filter(name -> !name.equals(format.corruptColumn()))
            .toList();
    List<String> firsts = new ArrayList<>();
    for (String name : names) {
      firsts.add(name.toLowerCase(Locale.ROOT));
      firsts.add(quote + name.toLowerCase(Locale.ROOT) + quote);
    }
    Column first = lower(trim(substring_index(col("value"), separator, 1)));
    Column header =
        udf(
                new HeaderLine(names, separator, quote, settings.isSet("enforceSchema")),
                DataTypes.BooleanType)
            .apply(col("value"));
    return when(first.isin(firsts.toArray()), header).otherwise(lit(false));
  }

  @Override
  public Optional<String> corruptColumn() {
    return Optional.of(format.corruptColumn());
  }

  @Override
  public List<String> positions() {
    return List.of(FILE, TEXT);
  }

  @Override
  public List<Column> position(long batch) {
    return List.of();
  }

  @Override
  public DatasetRef reference(Dataset<Row> stream) {
    return Source.reference(settings.format().sparkName(), path, Optional.empty(), stream);
  }

  /** Spark 3 takes no notice of the limit: all that is there would be one batch. */
  static void checkLimit(String sparkVersion, Optional<String> maxBytes) {
    if (maxBytes.isPresent() && sparkVersion.startsWith("3.")) {
      throw JobException.badInput(
          "max-bytes-per-trigger "
              + maxBytes.get()
              + " is not for files on Spark "
              + sparkVersion
              + ", which knows no such limit for them. Give max-files-per-trigger instead.");
    }
  }
}
