package io.runlake.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * A command whose work is a Spark job: here are its options and its help. The script starts the job
 * itself, with Spark in place of this program.
 */
@Command(
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.OK_MEANING, ExitCode.FAILURE_MEANING, ExitCode.USAGE_MEANING})
abstract class SparkCommand implements Callable<Integer> {
  @Mixin private StoreOption store;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  private boolean help;

  @Option(names = "--dry-run", description = "Show what would be done, and do nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON document, and nothing else, on stdout.")
  private boolean json;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A YAML with these options as keys; options win.")
  private String config;

  /** The class that spark-submit starts. */
  abstract String job();

  @Override
  public final Integer call() {
    throw new UsageException(
        "This command needs Spark: start it by the script submit/bin/runlake, or by spark-submit"
            + " --class "
            + job()
            + " with the same options.");
  }
}
