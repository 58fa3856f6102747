package io.runlake.cli;

import io.runlake.text.NearestMatch;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code runlake} command: its sub-commands, and how its errors are told. */
@Command(
    name = "runlake",
    versionProvider = Cli.Version.class,
    description = "Reads and edits a Runlake store. Needs no Spark and no server.",
    subcommands = {ExperimentsCommand.class, RunsCommand.class, ModelsCommand.class},
    footer = {
      "",
      "Exit codes: 0 done, 1 failure, 2 wrong usage or something that is not there.",
      "Example: runlake runs search --store ./runlake --filter \"metrics.accuracy > 0.9\" --json"
    })
final class Cli extends Group {
  private static final String DEBUG = "RUNLAKE_DEBUG";
  private static final int USAGE_WIDTH = 100;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  private boolean version;

  /**
   * Runs one command line.
   *
   * @param environment where {@code RUNLAKE_TRACKING_URI} and {@code RUNLAKE_DEBUG} are looked up
   * @return the exit code
   */
  static int run(String[] args, PrintWriter out, PrintWriter err, Map<String, String> environment) {
    boolean debug = !environment.getOrDefault(DEBUG, "").isEmpty();
    CommandLine line = new CommandLine(new Cli(), new Commands(environment));
    line.setOut(out).setErr(err);
    line.setUsageHelpWidth(USAGE_WIDTH);
    line.setParameterExceptionHandler((fault, arguments) -> tellUsage(fault, debug));
    line.setExecutionExceptionHandler(
        (fault, command, result) -> Faults.tell(fault, command.getErr(), debug));
    return line.execute(args);
  }

  private static int tellUsage(ParameterException fault, boolean debug) {
    CommandLine command = fault.getCommandLine();
    PrintWriter err = command.getErr();
    if (debug) {
      fault.printStackTrace(err);
    }
    err.println("runlake: " + Faults.oneLine(fault.getMessage()) + hint(fault));
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  /** The known option or command that an unknown one was probably meant to be. */
  private static String hint(ParameterException fault) {
    if (!(fault instanceof UnmatchedArgumentException unmatched)) {
      return "";
    }
    String unknown = unmatched.getUnmatched().get(0);
    CommandSpec command = fault.getCommandLine().getCommandSpec();
    return NearestMatch.hint(
        unknown,
        unknown.startsWith("-") ? command.optionsMap().keySet() : command.subcommands().keySet());
  }

  /** The version that the jar's manifest names. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Cli.class.getPackage().getImplementationVersion();
      return new String[] {"runlake " + (version == null ? "(not packaged)" : version)};
    }
  }
}
