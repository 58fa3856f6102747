package io.runlake.maintenance;

import io.runlake.maintenance.JobFrame.Place;
import io.runlake.maintenance.JobFrame.Result;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.SettingValues;
import java.io.PrintStream;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Maintains a store: ends dead runs, settles runs, compacts tables, writes checkpoints, deletes
 * files that no version needs. For spark-submit:
 *
 * <pre>{@code
 * spark-submit --class io.runlake.maintenance.MaintainJob runlake-spark.jar --store /data/runlake
 * }</pre>
 */
public final class MaintainJob {
  private static final String HELP =
      """
      Maintains a store, beside whoever writes to it: ends the runs of programs that died, settles
      runs to a row each and mends their latest metrics, compacts the other tables, writes
      checkpoints, lets Delta clean its logs and deletes files that no version has needed for a week.
      What is done already is not done again.

      usage: MaintainJob --store ROOT [--key value ...]

      """;
  private static final String EXAMPLE =
      """

      Example:
        spark-submit --class io.runlake.maintenance.MaintainJob runlake-spark.jar \\
          --store delta:/data/runlake
      """;

  private static final JobFrame<MaintenanceOptions> FRAME =
      new JobFrame<>(
          HELP + MaintainSetting.KEYS.help() + "\n" + CommonSettings.EXIT_CODES + EXAMPLE,
          MaintainSetting.KEYS,
          MaintainJob::options,
          MaintainJob::maintain);

  private MaintainJob() {}

  /** Runs the job in a SparkSession of its own and ends the program with its exit code. */
  public static void main(String[] arguments) {
    FRAME.main(arguments);
  }

  /**
   * Runs the job in a session of the caller's, which is left running.
   *
   * @param out takes progress and the summary, or, with {@code --json}, one JSON object alone
   * @param err takes the line that says why the job did not get through, and with {@code --json}
   *     progress and summary
   */
  public static ExitCode run(
      SparkSession spark, List<String> arguments, PrintStream out, PrintStream err) {
    return FRAME.run(JobSession.of(spark), arguments, out, err);
  }

  private static MaintenanceOptions options(SettingValues values) {
    long mebibytes = values.parsed(MaintainSetting.FILE_SIZE, MaintainJob::fileSize);
    return new MaintenanceOptions(values.flag(MaintainSetting.DRY_RUN), mebibytes << 20);
  }

  private static Result maintain(Place place, MaintenanceOptions options) {
    MaintenanceReport report =
        Maintenance.run(place.spark(), place.trackingUri(), options, place.progress());
    return new Result(report.summary(), report.json(), report.failures().isEmpty());
  }

  private static long fileSize(String text) {
    long size = Long.parseLong(text);
    if (size < 1 || size > 2048) {
      throw new IllegalArgumentException("it is between 1 and 2048 MiB");
    }
    return size;
  }
}
