package io.runlake.spark;

import io.runlake.store.DatasetRef;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * An input of a run, opened again.
 *
 * @param dataset what the run says of it
 * @param data the whole input as the run could read it, before any filter; empty if it cannot be
 *     opened as it was
 * @param problem why it cannot be opened; empty if it was
 * @param warning what will or may stand in the way, such as a VACUUM that would delete files of the
 *     version; empty if nothing is known to
 */
public record ReplayedInput(
    DatasetRef dataset,
    Optional<Dataset<Row>> data,
    Optional<String> problem,
    Optional<String> warning) {

  static ReplayedInput opened(DatasetRef dataset, Dataset<Row> data, Optional<String> warning) {
    return new ReplayedInput(dataset, Optional.of(data), Optional.empty(), warning);
  }

  static ReplayedInput closed(DatasetRef dataset, String problem) {
    return new ReplayedInput(dataset, Optional.empty(), Optional.of(problem), Optional.empty());
  }

  /**
   * The data.
   *
   * @throws IllegalStateException saying what cannot be opened and why
   */
  public Dataset<Row> open() {
    return data.orElseThrow(
        () ->
            new IllegalStateException(
                "The input "
                    + dataset.kind()
                    + " "
                    + dataset.name()
                    + dataset.version().map(version -> ", version " + version).orElse("")
                    + " cannot be opened as the run read it: "
                    + problem.orElse("")));
  }
}
