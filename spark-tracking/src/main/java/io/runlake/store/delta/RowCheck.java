package io.runlake.store.delta;

import io.delta.kernel.data.ColumnarBatch;
import io.runlake.store.Checkup;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The rows of one table, each for itself: they can be read, what is always there is there, and a
 * file holds as many as the log says.
 *
 * @param <R> the row
 */
final class RowCheck<R> {
  /** By table, the columns that are never null. */
  private static final Map<String, List<String>> ALWAYS =
      Map.of(
          "runs", List.of("run_id", "experiment_id"),
          "metrics", List.of("experiment_id", "run_id", "key", "value", "timestamp", "step"),
          "experiments",
              List.of(
                  "experiment_id",
                  "name",
                  "artifact_location",
                  "lifecycle",
                  "creation_time",
                  "last_update_time",
                  "revision"),
          "registry",
              List.of(
                  "kind",
                  "name",
                  "version",
                  "deleted",
                  "creation_time",
                  "who",
                  "changed_at",
                  "why",
                  "revision"),
          "alerts", List.of("at", "kind", "subject", "message"));

  /** Takes a row that can be read. */
  @FunctionalInterface
  interface Visitor<R> {
    void visit(R row, LiveFile file);
  }

  private final DeltaTable<R> table;
  private final Checkup checkup;
  private final Visitor<R> visitor;
  private final int[] always;

  RowCheck(DeltaTable<R> table, Checkup checkup, Visitor<R> visitor) {
    this.table = table;
    this.checkup = checkup;
    this.visitor = visitor;
    this.always =
        ALWAYS.get(table.spec().name()).stream()
            .mapToInt(table.spec().codec().schema()::indexOf)
            .toArray();
  }

  /**
   * Reads files.
   *
   * @param tell whether to tell what is wrong, or only to visit: a second reading says nothing new
   * @param whole the paths of those that are worth reading
   */
  void read(List<LiveFile> files, Set<String> whole, boolean tell) {
    for (LiveFile file : files) {
      if (whole.contains(file.path())) {
        read(file, tell);
      }
    }
  }

  private void read(LiveFile file, boolean tell) {
    long[] rows = {0};
    try {
      table
          .engine()
          .dataFiles()
          .read(
              file.status(),
              table.spec().codec().schema(),
              batch -> {
                for (int row = 0; row < batch.getSize(); row++) {
                  one(batch, row, rows[0] + row, file, tell);
                }
                rows[0] += batch.getSize();
              });
    } catch (IOException | RuntimeException e) {
      if (tell) {
        checkup.violation(
            "files.readable",
            table.spec().name(),
            file.path(),
            "A data file cannot be read: " + Storage.message(e) + ".",
            "Restore the file from a backup or another copy of the store.");
      }
      return;
    }
    OptionalLong told = file.rows();
    if (tell && told.isPresent() && told.getAsLong() != rows[0]) {
      checkup.violation(
          "files.rows",
          table.spec().name(),
          file.path(),
          "A data file has "
              + rows[0]
              + " rows, and the log says "
              + told.getAsLong()
              + "; engines that count by the log miscount.",
          "Restore the file from a backup or another copy of the store.");
    }
  }

  private void one(ColumnarBatch batch, int row, long number, LiveFile file, boolean tell) {
    for (int column : always) {
      if (batch.getColumnVector(column).isNullAt(row)) {
        if (tell) {
          wrong(
              "rows.keys",
              file,
              number,
              "The column " + batch.getSchema().at(column).getName() + " is null, and never is.");
        }
        return;
      }
    }
    R decoded;
    try {
      decoded = table.spec().codec().decode(batch, row);
    } catch (RuntimeException e) {
      if (tell) {
        wrong("rows.readable", file, number, "The row cannot be read: " + Storage.message(e) + ".");
      }
      return;
    }
    visitor.visit(decoded, file);
  }

  private void wrong(String rule, LiveFile file, long number, String what) {
    checkup.violation(
        rule,
        table.spec().name(),
        file.path() + " row " + number,
        what,
        "Find out what wrote the row, and delete it with Spark SQL while nothing else writes.");
  }
}
