package io.runlake.maintenance;

import io.runlake.maintenance.JobFrame.Place;
import io.runlake.maintenance.JobFrame.Result;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.SettingValues;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Deletes for good what was deleted a while ago: runs with their points and artifacts, and
 * experiments. For spark-submit:
 *
 * <pre>{@code
 * spark-submit --class io.runlake.maintenance.GcJob runlake-spark.jar \
 *     --store /data/runlake --older-than 30d
 * }</pre>
 */
public final class GcJob {
  private static final String HELP =
      """
      Deletes for good what was deleted a while ago: runs with their points and artifacts, and
      experiments with their runs. Runs whose model a version of the registry names stay, and so do
      artifacts that lie elsewhere than the store keeps them.

      usage: GcJob --store ROOT [--older-than 30d] [--key value ...]

      """;
  private static final String EXAMPLE =
      """

      Example:
        spark-submit --class io.runlake.maintenance.GcJob runlake-spark.jar \\
          --store delta:/data/runlake --older-than 30d --dry-run
      """;

  private static final JobFrame<GcOptions> FRAME =
      new JobFrame<>(
          HELP + GcSetting.KEYS.help() + "\n" + CommonSettings.EXIT_CODES + EXAMPLE,
          GcSetting.KEYS,
          GcJob::options,
          GcJob::collect);

  private GcJob() {}

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

  private static GcOptions options(SettingValues values) {
    return new GcOptions(
        values.parsed(GcSetting.OLDER_THAN, CommonSettings::time),
        values.flag(GcSetting.DRY_RUN),
        Clock.systemUTC());
  }

  private static Result collect(Place place, GcOptions options) {
    GcReport report =
        GarbageCollection.run(place.spark(), place.trackingUri(), options, place.progress());
    return new Result(report.summary(), report.json(), report.failures().isEmpty());
  }
}
