package io.runlake.maintenance;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.SettingKeys;
import io.runlake.scoring.SettingValues;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a program of this package runs: settings, session, work, report, exit code.
 *
 * @param help what {@code --help} prints
 * @param options reads the settings, before Spark is started
 * @param work what the program is there for
 */
record JobFrame<T>(
    String help,
    SettingKeys keys,
    Function<SettingValues, T> options,
    BiFunction<Place, T, Result> work) {
  private static final Logger LOG = LoggerFactory.getLogger(JobFrame.class);

  /** Runs as a program, in a SparkSession of its own, and ends it with its exit code. */
  void main(String[] arguments) {
    JobSession session = JobSession.own();
    // For the program alone: Delta tells on stdout what VACUUM deleted. Before Scala's console is
    // first used.
    PrintStream out = System.out;
    System.setOut(System.err);
    session.end(run(session, Arrays.asList(arguments), out, System.err));
  }

  /** What the work did, for people and for programs. */
  record Result(List<String> summary, String json, boolean complete) {}

  /**
   * Where the work is done.
   *
   * @param progress takes a line for each step
   */
  record Place(SparkSession spark, String trackingUri, PrintStream progress) {}

  /**
   * Runs in a session.
   *
   * @param out takes progress and the summary, or, with {@code --json}, one JSON object alone
   * @param err takes the line that says why the job did not get through, and with {@code --json}
   *     progress and summary
   */
  ExitCode run(JobSession session, List<String> arguments, PrintStream out, PrintStream err) {
    if (arguments.contains("--help")) {
      out.print(help);
      return ExitCode.DONE;
    }
    boolean json = arguments.contains("--json");
    try {
      SettingValues values = SettingValues.read(arguments, keys);
      json = values.flag(CommonSettings.json(keys));
      T settings = options.apply(values);
      String uri = session.trackingUri(values.text(CommonSettings.store(keys)));
      // A program reads one object and nothing else.
      PrintStream words = json ? err : out;
      SparkSession spark = session.spark("runlake maintenance");
      Result result = work.apply(new Place(spark, uri, words), settings);
      result.summary().forEach(words::println);
      if (json) {
        out.println(result.json());
      }
      return result.complete() ? ExitCode.DONE : ExitCode.FAILED;
    } catch (Exception e) {
      // Spark's SparkException is a checked exception that Scala throws unannounced.
      JobException error = JobException.of(e);
      tell(error, err);
      if (json) {
        out.println(error.json());
      }
      return error.exitCode();
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static void tell(JobException error, PrintStream err) {
    if (error.exitCode() == ExitCode.FAILED) {
      LOG.error("The job failed.", error);
    }
    err.println("runlake: " + error.getMessage());
  }
}
