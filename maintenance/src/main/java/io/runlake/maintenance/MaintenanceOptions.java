package io.runlake.maintenance;

import java.time.Duration;

/**
 * What maintenance may do.
 *
 * @param dryRun look only
 * @param fileBytes about how large data files are made; a month that is smaller becomes one file
 * @param vacuumAfter how long files that no version needs any more are kept, for whoever still
 *     reads an older version or has staged a file that is not committed yet
 */
public record MaintenanceOptions(boolean dryRun, long fileBytes, Duration vacuumAfter) {
  /** The least time that unreferenced files are kept. */
  public static final Duration LEAST_VACUUM_AFTER = Duration.ofDays(7);

  /** Refuses what could delete files that someone still needs. */
  public MaintenanceOptions {
    if (fileBytes < 1) {
      throw new IllegalArgumentException(
          "the size of files is at least one byte, not " + fileBytes);
    }
    if (vacuumAfter.compareTo(LEAST_VACUUM_AFTER) < 0) {
      throw new IllegalArgumentException(
          "unreferenced files are kept for 7 days at least, because writers may have staged them"
              + " and readers may read them; not "
              + vacuumAfter.toHours()
              + " hours");
    }
  }

  /** Files of 128 MiB, kept for 7 days when they are replaced. */
  public static MaintenanceOptions defaults() {
    return new MaintenanceOptions(false, 128L << 20, LEAST_VACUUM_AFTER);
  }

  /** The same, looking only. */
  public MaintenanceOptions withDryRun(boolean value) {
    return new MaintenanceOptions(value, fileBytes, vacuumAfter);
  }

  /** The same with other files. */
  public MaintenanceOptions withFileBytes(long value) {
    return new MaintenanceOptions(dryRun, value, vacuumAfter);
  }
}
