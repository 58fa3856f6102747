package io.runlake.cli;

import io.runlake.text.NearestMatch;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code runlake} command: its sub-commands, and how its errors are told. */
@Command(name = "runlake", versionProvider = Cli.Version.class)
final class Cli extends Group {
  private static final int USAGE_WIDTH = 100;

  /** By name, in the order of the help. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("experiments", ExperimentsCommand.class);
    COMMANDS.put("runs", RunsCommand.class);
    COMMANDS.put("models", ModelsCommand.class);
    COMMANDS.put("store", StoreGroup.class);
    COMMANDS.put("stream", StreamCommand.class);
    COMMANDS.put("init", InitCommand.class);
    COMMANDS.put("completion", CompletionCommand.class);
  }

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
    boolean debug = !environment.getOrDefault(Variable.DEBUG.key(), "").isEmpty();
    // Building all commands takes longer than most of them; a line that names one needs only that.
    boolean named = args.length > 0 && COMMANDS.containsKey(args[0]);
    CommandLine line = line(environment, named ? Set.of(args[0]) : COMMANDS.keySet());
    line.setOut(out).setErr(err);
    line.setParameterExceptionHandler((fault, arguments) -> tellUsage(fault, debug));
    line.setExecutionExceptionHandler(
        (fault, command, result) -> Faults.tell(fault, command.getErr(), debug));
    return line.execute(args);
  }

  /** The whole tree of commands. */
  static CommandLine complete() {
    return line(Map.of(), COMMANDS.keySet());
  }

  private static CommandLine line(Map<String, String> environment, Set<String> commands) {
    CommandLine line = new CommandLine(new Cli(), new Commands(environment));
    COMMANDS.forEach(
        (name, type) -> {
          if (commands.contains(name)) {
            line.addSubcommand(type);
          }
        });
    FrontPage.on(line.getCommandSpec());
    line.setUsageHelpWidth(USAGE_WIDTH);
    return line;
  }

  private static int tellUsage(ParameterException fault, boolean debug) {
    CommandLine command = fault.getCommandLine();
    PrintWriter err = command.getErr();
    if (debug) {
      fault.printStackTrace(err);
    }
    err.println("runlake: " + Faults.oneLine(message(fault)));
    err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE;
  }

  /** What is wrong; for an unknown option or command, the known one that was probably meant. */
  private static String message(ParameterException fault) {
    if (!(fault instanceof UnmatchedArgumentException unmatched)) {
      return Faults.oneLine(fault.getMessage());
    }
    String unknown = unmatched.getUnmatched().get(0);
    CommandSpec command = fault.getCommandLine().getCommandSpec();
    if (unknown.startsWith("-")) {
      return "Unknown option '"
          + unknown
          + "'"
          + NearestMatch.hint(unknown, command.optionsMap().keySet());
    }
    return (command.subcommands().isEmpty() ? "Unexpected argument '" : "Unknown command '")
        + unknown
        + "'"
        + NearestMatch.hint(unknown, command.subcommands().keySet());
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
