package io.runlake.maintenance;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.SettingKeys;
import io.runlake.scoring.SettingValues;
import java.io.PrintStream;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a program of this package runs: settings, session, work, report, exit code. */
final class JobFrame {
  private static final Logger LOG = LoggerFactory.getLogger(JobFrame.class);

  private final String help;
  private final SettingKeys keys;
  private final PrintStream out;
  private final PrintStream err;

  JobFrame(String help, SettingKeys keys, PrintStream out, PrintStream err) {
    this.help = help;
    this.keys = keys;
    this.out = out;
    this.err = err;
  }

  /**
   * Stdout, for the program alone: what others print goes to stderr from now on. Delta tells there
   * what VACUUM deleted. To be called before Scala's console is first used.
   */
  static PrintStream takeStdout() {
    PrintStream out = System.out;
    System.setOut(System.err);
    return out;
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
   * Runs the work.
   *
   * @param check reads the settings before Spark is started
   */
  <T> ExitCode run(
      List<String> arguments,
      JobSession session,
      java.util.function.Function<SettingValues, T> check,
      BiFunction<Place, T, Result> work) {
    if (arguments.contains("--help")) {
      out.print(help);
      return ExitCode.DONE;
    }
    boolean json = arguments.contains("--json");
    try {
      SettingValues values = SettingValues.read(arguments, keys);
      json = values.flag(CommonSettings.json(keys));
      T settings = check.apply(values);
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
      return failed(JobException.of(e), json);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private ExitCode failed(JobException error, boolean json) {
    if (error.exitCode() == ExitCode.FAILED) {
      LOG.error("The job failed.", error);
    }
    err.println("runlake: " + error.getMessage());
    if (json) {
      out.println(error.json());
    }
    return error.exitCode();
  }
}
