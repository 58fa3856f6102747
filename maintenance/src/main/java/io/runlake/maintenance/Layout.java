package io.runlake.maintenance;

import io.runlake.maintenance.StoreTable.PartitionFiles;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * When a month is worth rewriting, and into how many files.
 *
 * @param fileBytes about how large a file is made
 */
record Layout(long fileBytes) {
  /** A small file of an append is mostly its footer, of which a large file has one. */
  private static final long FOOTER_BYTES = 8_000;

  /** So many files more than needed are left alone. */
  private static final long SPARE_FILES = 8;

  /** So many appended files are too many, however small they are beside the rest. */
  private static final long APPENDED_FILES = 16;

  /** The files of each month, of all levels together. */
  static Map<String, List<PartitionFiles>> byMonth(List<PartitionFiles> files) {
    Map<String, List<PartitionFiles>> months = new TreeMap<>();
    for (PartitionFiles partition : files) {
      months.merge(
          partition.month(),
          List.of(partition),
          (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream()).toList());
    }
    return months;
  }

  /** Into how many files the rows of these would go. */
  int files(List<PartitionFiles> month) {
    long bytes = 0;
    for (PartitionFiles files : month) {
      bytes += files.bytes() - Math.min(files.bytes(), files.appended() * FOOTER_BYTES);
    }
    return (int) Math.max(1, (bytes + fileBytes - 1) / fileBytes);
  }

  /** Whether a month has changes that are not settled, or far more files than it needs. */
  boolean settlingDue(List<PartitionFiles> month) {
    return month.stream().anyMatch(files -> files.level() == 0) || tooMany(month);
  }

  /**
   * Whether enough was appended since a month was last written. Else a point a day would write all
   * points of a month each day.
   */
  boolean compactionDue(List<PartitionFiles> month) {
    long bytes = month.stream().mapToLong(PartitionFiles::bytes).sum();
    long appended = month.stream().mapToLong(PartitionFiles::appended).sum();
    long appendedBytes = month.stream().mapToLong(PartitionFiles::appendedBytes).sum();
    boolean alone = count(month) == 1 && bytes <= fileBytes * 2;
    boolean worth = appended >= APPENDED_FILES || appendedBytes * 10 >= bytes;
    return appended > 0 && worth && !alone || tooMany(month);
  }

  private boolean tooMany(List<PartitionFiles> month) {
    return count(month) > 2L * files(month) + SPARE_FILES;
  }

  private static long count(List<PartitionFiles> month) {
    return month.stream().mapToLong(PartitionFiles::count).sum();
  }
}
