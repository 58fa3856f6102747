package io.runlake.scoring.batch;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.store.DatasetRef;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * An input that reads the same each time.
 *
 * @param rows lazy; may be read more than once
 * @param version tells this input from any other: table id and version, or a hash over the list of
 *     files, the options and the schema
 * @param corruptColumn where the reader puts what it could not parse
 * @param source what the run's inputs say
 * @param change what has changed since the freezing, if the source can change under its reader
 */
record FrozenInput(
    Dataset<Row> rows,
    String version,
    Optional<String> corruptColumn,
    DatasetRef source,
    Supplier<Optional<String>> change) {

  /**
   * Refuses to go on with an input that is not what was frozen.
   *
   * @throws JobException FAILED, naming the file
   */
  void verifyUnchanged() {
    change
        .get()
        .ifPresent(
            what -> {
              throw new JobException(
                  ExitCode.FAILED,
                  "The input changed while it was read: "
                      + what
                      + ". Nothing was published; start the night again when the input is whole.");
            });
  }
}
