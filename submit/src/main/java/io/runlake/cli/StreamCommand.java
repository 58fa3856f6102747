package io.runlake.cli;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.scoring.streaming.control.Starts;
import io.runlake.scoring.streaming.control.Starts.End;
import io.runlake.scoring.streaming.control.Starts.Start;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "stream",
    description = "Stop a streaming job between two batches.",
    subcommands = StreamCommand.Stop.class,
    footer = {"", "Example: runlake stream stop --checkpoint /data/checkpoints/occupancy"})
final class StreamCommand extends Group {

  @Command(
      name = "stop",
      description = {
        "Ask a streaming job to end after the batch that it is at.",
        "It is found by its checkpoint, on whatever machine it runs. A later start is not concerned."
      },
      footer = {"", "Example: runlake stream stop --checkpoint /data/checkpoints/occupancy --wait"},
      exitCodeListHeading = ExitCode.HEADING,
      exitCodeList = {ExitCode.OK_MEANING, ExitCode.FAILURE_MEANING, ExitCode.USAGE_MEANING})
  static final class Stop implements Callable<Integer> {
    private static final long LOOK_AGAIN_MILLIS = 200;

    @Spec private CommandSpec spec;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Print this help.")
    private boolean help;

    @Option(
        names = "--checkpoint",
        required = true,
        paramLabel = "FOLDER",
        description = "The checkpoint that the job was started with.")
    private String checkpoint;

    @Option(names = "--wait", description = "Return when the job has ended.")
    private boolean waiting;

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        defaultValue = "120",
        description = "How long --wait waits (default: ${DEFAULT-VALUE}).")
    private int timeout;

    @Override
    public Integer call() throws InterruptedException {
      if (checkpoint.isBlank() || timeout < 1) {
        throw new UsageException(
            "--checkpoint is a folder and --timeout at least 1 second; got '"
                + checkpoint
                + "' and "
                + timeout
                + ".");
      }
      // The files lie at a path of their own; this is only the way to put and get them.
      try (Store store = Stores.open("delta:" + checkpoint, StoreOptions.defaults())) {
        Starts starts = new Starts(store.claims(), store.root());
        Start latest =
            starts
                .latest()
                .orElseThrow(
                    () ->
                        new UsageException(
                            "No streaming job was started with the checkpoint '"
                                + store.root()
                                + "'."));
        Optional<End> before = starts.end(latest.number());
        if (before.isPresent()) {
          say("The job '" + latest.job() + "' has ended already, " + told(before.get()));
          return ExitCode.OK;
        }
        boolean first =
            starts.requestStop(latest.number(), System.getProperty("user.name"), Instant.now());
        say(
            (first ? "Asked" : "Asked before:")
                + " the job '"
                + latest.job()
                + "' (start "
                + latest.number()
                + ", process "
                + latest.pid()
                + " on "
                + latest.host()
                + ", run "
                + latest.runId()
                + ") to stop.");
        return waiting ? await(starts, latest) : ExitCode.OK;
      }
    }

    private int await(Starts starts, Start latest) throws InterruptedException {
      long until = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
      Optional<End> end = starts.end(latest.number());
      while (end.isEmpty()) {
        if (System.nanoTime() > until) {
          throw new TrackingException(
              ErrorCode.TEMPORARILY_UNAVAILABLE,
              "The job did not end within "
                  + timeout
                  + " s. It is at a long batch, or it died without a word: look for process "
                  + latest.pid()
                  + " on "
                  + latest.host()
                  + ". The request stands.");
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        end = starts.end(latest.number());
      }
      say("It has ended, " + told(end.get()));
      return ExitCode.OK;
    }

    private static String told(End end) {
      return "with exit code " + end.exitCode() + ": " + end.reason().replaceAll("\\.$", "") + ".";
    }

    private void say(String line) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(line);
      out.flush();
    }
  }
}
