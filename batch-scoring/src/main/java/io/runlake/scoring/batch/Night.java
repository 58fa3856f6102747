package io.runlake.scoring.batch;

import io.runlake.scoring.JobName;
import java.time.LocalDate;
import java.util.List;

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

  Night {
    JobName.check(job);
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
