package io.runlake.spark;

import io.runlake.inputs.InputProfile;
import io.runlake.store.DatasetRef;
import io.runlake.store.RunId;
import io.runlake.store.StoreOptions;
import io.runlake.text.Redaction;
import io.runlake.tracking.Run;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.FileIndex;

/**
 * Opens what a run read, as it was then: Delta tables as of their version, files if they are still
 * the same. What cannot be had as it was is not opened, and says why.
 *
 * <p>Opening reads logs and listings; no Spark job of ours runs. Thread-safe.
 */
public final class Replay {
  private static final Set<String> FILE_FORMATS =
      Set.of("parquet", "orc", "avro", "csv", "json", "text", "xml", "libsvm", "binaryfile");
  private static final String CUT = "...";
  private static final String RETENTION = "deletedFileRetentionDuration";

  /** Newer releases of Delta refuse what VACUUM may have broken, even if it has not. */
  private static final String ENFORCED =
      " Where VACUUM has not run yet, the session's setting"
          + " spark.databricks.delta.vacuum.enforceTimeTravelWithinDeletedFileRetentionDuration=false"
          + " opens it.";

  private static final String VERSION_AS_OF = "versionAsOf";

  private Replay() {}

  /**
   * The inputs of a run of the store that {@code spark.runlake.tracking.uri} names, in the order in
   * which they were logged.
   *
   * @throws IllegalArgumentException if the store has no such run
   */
  public static List<ReplayedInput> inputs(SparkSession spark, String runId) {
    return inputs(spark, runId, TrackingTarget.of(spark));
  }

  /**
   * The inputs of a run.
   *
   * @param trackingUri {@code delta:<root>}
   * @throws IllegalArgumentException if the store has no such run
   */
  public static List<ReplayedInput> inputs(SparkSession spark, String runId, String trackingUri) {
    StoreOptions options = StoreOptions.defaults().withFileSystem(SparkTags.fileSystem(spark));
    Run run;
    try (Runlake runlake = Runlake.open(trackingUri, options)) {
      run =
          runlake
              .getRun(new RunId(runId))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "There is no run '" + runId + "' in " + trackingUri + "."));
    }
    return run.inputs().stream().map(input -> open(spark, input)).toList();
  }

  static ReplayedInput open(SparkSession spark, DatasetRef input) {
    InputProfile profile = InputProfile.of(input);
    try {
      if (input.name().endsWith(CUT)) {
        return ReplayedInput.closed(input, "its name was too long for the run and was cut.");
      }
      return switch (input.kind()) {
        case "delta" -> delta(spark, input, profile);
        case "unknown" ->
            ReplayedInput.closed(
                input,
                "its origin is not known: the frame was made from an RDD or from rows in memory, or"
                    + " was checkpointed.");
        case "stream" ->
            ReplayedInput.closed(
                input,
                "it was a micro-batch of a stream; the query's checkpoint names its offsets.");
        case "jdbc" -> ReplayedInput.closed(input, "a database keeps no versions to go back to.");
        default ->
            FILE_FORMATS.contains(input.kind()) && isPath(input.name())
                ? files(spark, input, profile)
                : table(spark, input);
      };
    } catch (Exception e) {
      String why = Guard.firstLine(e);
      return ReplayedInput.closed(input, why.contains(RETENTION) ? why + ENFORCED : why);
    }
  }

  private static ReplayedInput delta(SparkSession spark, DatasetRef input, InputProfile profile)
      throws IOException {
    if (input.version().isEmpty()) {
      return ReplayedInput.closed(input, "the run does not say which version of it was read.");
    }
    String version = input.version().get();
    DataFrameReader reader = spark.read().option(VERSION_AS_OF, version);
    Dataset<Row> data =
        isPath(input.name())
            ? reader.format("delta").load(input.name())
            : named(spark, input, reader, profile);
    Optional<FileIndex> found =
        PlanFiles.of(data.queryExecution().analyzed()).filter(DeltaSource::isDelta);
    if (found.isEmpty()) {
      return ReplayedInput.opened(
          input, data, Optional.of("whether VACUUM would break it cannot be told here."));
    }
    FileIndex index = found.get();
    Optional<String> id = DeltaSource.tableId(index);
    if (profile.tableId().isPresent() && !profile.tableId().equals(id)) {
      return ReplayedInput.closed(
          input,
          "another table stands there now: its id is "
              + id.orElse("not known")
              + ", that of the table that was read is "
              + profile.tableId().get()
              + ".");
    }
    VacuumCheck.Verdict verdict =
        VacuumCheck.of(
            spark.sparkContext().hadoopConfiguration(),
            new Path(DeltaSource.path(index)),
            Long.parseLong(version),
            DeltaSource.retention(index));
    return verdict.broken().isPresent()
        ? ReplayedInput.closed(input, verdict.broken().get())
        : ReplayedInput.opened(input, data, verdict.warning());
  }

  /** By the catalog, or by the folder that the table had then. */
  private static Dataset<Row> named(
      SparkSession spark, DatasetRef input, DataFrameReader reader, InputProfile profile) {
    if (profile.location().isPresent() && !spark.catalog().tableExists(input.name())) {
      return reader.format("delta").load(profile.location().get());
    }
    return reader.table(input.name());
  }

  private static ReplayedInput files(SparkSession spark, DatasetRef input, InputProfile then) {
    Map<String, String> options = new HashMap<>(then.options());
    boolean masked = options.values().removeIf(value -> value.contains(Redaction.MASK));
    DataFrameReader reader = spark.read().format(input.kind()).options(options);
    Dataset<Row> data = then.ddl().map(reader::schema).orElse(reader).load(input.name());
    Optional<InputProfile> now =
        PlanFiles.of(data.queryExecution().analyzed())
            .map(index -> ListedFiles.of(index, List.of(new Path(input.name()))))
            .map(listed -> listed.profile(new Path(input.name())));
    if (then.files().isEmpty() || now.isEmpty()) {
      return ReplayedInput.opened(
          input, data, Optional.of("whether its files are still those that were read is unknown."));
    }
    if (!content(then).equals(content(now.get()))) {
      return ReplayedInput.closed(
          input,
          "its files have changed: then " + content(then) + "; now " + content(now.get()) + ".");
    }
    return ReplayedInput.opened(
        input,
        data,
        masked
            ? Optional.of("an option that it was read with is secret and was not kept.")
            : Optional.empty());
  }

  private static String content(InputProfile profile) {
    return profile.files().orElse(0)
        + " files of "
        + profile.bytes().orElse(0)
        + " bytes, the newest of "
        + profile.timestamp().map(Instant::toString).orElse("an unknown time");
  }

  private static ReplayedInput table(SparkSession spark, DatasetRef input) {
    return ReplayedInput.opened(
        input,
        spark.table(input.name()),
        Optional.of(
            "a table of the format "
                + input.kind()
                + " keeps no versions: it is opened as it is now, which may differ."));
  }

  private static boolean isPath(String name) {
    return name.contains("/");
  }
}
