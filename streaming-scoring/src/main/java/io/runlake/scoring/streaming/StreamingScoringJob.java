package io.runlake.scoring.streaming;

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
 * Scores a stream: new files or new rows of a Delta table, each row once, with the model that an
 * alias means when its batch begins. For spark-submit:
 *
 * <pre>{@code
 * spark-submit --class io.runlake.scoring.streaming.StreamingScoringJob runlake-spark.jar \
 *     --config occupancy-stream.yaml
 * }</pre>
 *
 * <p>The exit codes are those of {@link ExitCode}; {@code --help} lists the settings.
 */
public final class StreamingScoringJob {
  private static final Logger LOG = LoggerFactory.getLogger(StreamingScoringJob.class);

  private final PrintStream out;
  private final PrintStream err;
  private final JobSession session;
  private final Step.Listener steps;

  StreamingScoringJob(PrintStream out, PrintStream err, JobSession session, Step.Listener steps) {
    this.out = out;
    this.err = err;
    this.session = session;
    this.steps = steps;
  }

  /** Runs the job in a SparkSession of its own and ends the program with its exit code. */
  public static void main(String[] arguments) {
    JobSession session = JobSession.own();
    ExitCode exit =
        new StreamingScoringJob(System.out, System.err, session, Step.Listener.NONE)
            .run(Arrays.asList(arguments));
    session.end(exit);
  }

  /**
   * Runs the job in a session of the caller's, which is left running; the job works in a new
   * session beside it and leaves its settings alone. Returns when the stream ends: with a trigger
   * of an interval, when someone stops it. Safe to call from several threads at once, for one
   * checkpoint each.
   *
   * @param out takes progress, the summary and, with {@code --json}, one JSON object as last line
   * @param err takes the one line that says why a job did not get through
   */
  public static ExitCode run(
      SparkSession spark, List<String> arguments, PrintStream out, PrintStream err) {
    return new StreamingScoringJob(out, err, JobSession.of(spark), Step.Listener.NONE)
        .run(arguments);
  }

  ExitCode run(List<String> arguments) {
    if (arguments.contains("--help")) {
      out.print(Help.text());
      return ExitCode.DONE;
    }
    boolean json = arguments.contains("--json");
    try {
      StreamSettings settings = SettingsReader.read(arguments);
      json = settings.json();
      return score(settings);
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

  private ExitCode score(StreamSettings settings) {
    StoreOptions options = StoreOptions.defaults().withFileSystem(session.fileSystem());
    try (Runlake runlake = Runlake.open(session.trackingUri(settings.store()), options)) {
      return new StreamScoring(settings, runlake, session, steps, new Phases(out))
          .run(report -> say(report, settings.json()));
    }
  }

  private void say(StreamReport report, boolean json) {
    report.summary().forEach(out::println);
    if (json) {
      out.println(report.json());
    }
    out.flush();
  }
}
