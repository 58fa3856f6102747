package io.runlake.scoring.batch;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.Phases;
import io.runlake.store.StoreOptions;
import io.runlake.tracking.Runlake;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores one night: reads an input with a model of the registry and replaces the night's rows in a
 * Delta table, in one transaction. For spark-submit:
 *
 * <pre>{@code
 * spark-submit --class io.runlake.scoring.batch.BatchScoringJob runlake-spark.jar \
 *     --config occupancy.yaml --date 2015-02-04
 * }</pre>
 *
 * <p>The exit codes are those of {@link ExitCode}; {@code --help} lists the settings.
 */
public final class BatchScoringJob {
  private static final Logger LOG = LoggerFactory.getLogger(BatchScoringJob.class);

  private final PrintStream out;
  private final PrintStream err;
  private final JobSession session;
  private final Step.Listener steps;

  BatchScoringJob(PrintStream out, PrintStream err, JobSession session, Step.Listener steps) {
    this.out = out;
    this.err = err;
    this.session = session;
    this.steps = steps;
  }

  /** Runs the job in a SparkSession of its own and ends the program with its exit code. */
  public static void main(String[] arguments) {
    JobSession session = JobSession.own();
    ExitCode exit =
        new BatchScoringJob(System.out, System.err, session, Step.Listener.NONE)
            .run(Arrays.asList(arguments));
    session.end(exit);
  }

  /**
   * Runs the job in a session of the caller's, which is left running; the job works in a new
   * session beside it and leaves its settings alone. Safe to call from several threads at once.
   *
   * @param out takes progress, the summary and, with {@code --json}, one JSON object as last line
   * @param err takes the one line that says why a job did not get through
   */
  public static ExitCode run(
      SparkSession spark, List<String> arguments, PrintStream out, PrintStream err) {
    return new BatchScoringJob(out, err, JobSession.of(spark), Step.Listener.NONE).run(arguments);
  }

  ExitCode run(List<String> arguments) {
    if (arguments.contains("--help")) {
      out.print(Help.text());
      return ExitCode.DONE;
    }
    boolean json = arguments.contains("--json");
    try {
      JobSettings settings = SettingsReader.read(arguments);
      json = settings.json();
      JobReport report = score(settings);
      report.summary(settings.errorBudget()).forEach(out::println);
      if (json) {
        out.println(report.json());
      }
      return report.exitCode();
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

  private JobReport score(JobSettings settings) {
    StoreOptions options = StoreOptions.defaults().withFileSystem(session.fileSystem());
    try (Runlake runlake = Runlake.open(session.trackingUri(settings.store()), options)) {
      return new NightScoring(settings, runlake, session, steps, new Phases(out)).run();
    }
  }
}
