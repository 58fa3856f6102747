package io.runlake.store;

import java.util.Collections;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a table holds and how it lies there.
 *
 * @param version the number of its newest commit
 * @param files data files of that version
 * @param bytes in those files
 * @param rows in those files; empty where a file does not say
 * @param changeRows rows that settling has not merged yet; empty where the table is never settled,
 *     or a file does not say
 * @param commitsSinceCheckpoint log entries that a reader takes beside the newest checkpoint
 * @param months the partitions by month; empty where the table has none
 */
public record TableStats(
    String name,
    long version,
    long files,
    long bytes,
    OptionalLong rows,
    OptionalLong changeRows,
    long commitsSinceCheckpoint,
    SortedSet<String> months) {
  public TableStats {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(rows, "rows");
    Objects.requireNonNull(changeRows, "changeRows");
    months = Collections.unmodifiableSortedSet(new TreeSet<>(months));
  }
}
