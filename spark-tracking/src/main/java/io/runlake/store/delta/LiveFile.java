package io.runlake.store.delta;

import io.delta.kernel.utils.FileStatus;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A data file of a version of a table.
 *
 * @param status where it is, and the size that the log tells
 * @param partition its partition values by column, as the log tells them
 * @param rows how many it holds; empty where the log does not say
 */
record LiveFile(FileStatus status, Map<String, String> partition, OptionalLong rows) {
  String path() {
    return status.getPath();
  }

  /** The month; empty text where the table has none. */
  String month() {
    return partition.getOrDefault("month", "");
  }

  /** Whether its rows are changes that settling has not merged yet. */
  boolean changes() {
    return "0".equals(partition.get("level"));
  }
}
