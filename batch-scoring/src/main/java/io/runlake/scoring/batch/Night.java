package io.runlake.scoring.batch;

import io.runlake.scoring.JobException;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A job and a logical date: the key under which scores are replaced.
 *
 * @param job letters, digits, {@code . _ -}, at most 100, the first a letter or digit; it becomes a
 *     folder, a partition value and part of a predicate
 */
record Night(String job, LocalDate date) {
  static final String JOB_COLUMN = "job";
  static final String DATE_COLUMN = "logical_date";

  /** How the tables that hold nights are partitioned. */
  static final List<String> PARTITIONS = List.of(JOB_COLUMN, DATE_COLUMN);

  private static final Pattern JOB = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  Night {
    if (!JOB.matcher(job).matches()) {
      throw JobException.badInput(
          "Bad job name '"
              + job
              + "': it takes letters, digits, '.', '_' and '-', at most 100, and starts with a"
              + " letter or digit.");
    }
  }

  /** The rows of this night, in the tables of scores and quarantine. */
  String predicate() {
    return JOB_COLUMN + " = '" + job + "' AND " + DATE_COLUMN + " = '" + date + "'";
  }

  /** The id of Delta's transactions of this night on the table of scores. */
  String scoresTransaction() {
    return "runlake/" + job + "/" + date + "/scores";
  }

  /** The id of Delta's transactions of this night on the table of quarantined rows. */
  String quarantineTransaction() {
    return "runlake/" + job + "/" + date + "/quarantine";
  }

  /** The folder of this night's claims. */
  String claimsFolder(String outputPath) {
    return outputPath + "/_runlake/nights/" + job + "/" + date;
  }

  @Override
  public String toString() {
    return date + " of job '" + job + "'";
  }
}
