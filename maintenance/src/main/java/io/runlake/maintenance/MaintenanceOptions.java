package io.runlake.maintenance;

/**
 * What maintenance may do.
 *
 * @param dryRun look only
 * @param fileBytes about how large data files are made; a month that is smaller becomes one file
 */
public record MaintenanceOptions(boolean dryRun, long fileBytes) {
  /** Refuses files without room. */
  public MaintenanceOptions {
    if (fileBytes < 1) {
      throw new IllegalArgumentException(
          "the size of files is at least one byte, not " + fileBytes);
    }
  }

  /** Files of 128 MiB. */
  public static MaintenanceOptions defaults() {
    return new MaintenanceOptions(false, 128L << 20);
  }

  /** The same, looking only. */
  public MaintenanceOptions withDryRun(boolean value) {
    return new MaintenanceOptions(value, fileBytes);
  }

  /** The same with other files. */
  public MaintenanceOptions withFileBytes(long value) {
    return new MaintenanceOptions(dryRun, value);
  }
}
