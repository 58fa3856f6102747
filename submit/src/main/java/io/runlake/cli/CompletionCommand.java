package io.runlake.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = {
      "Print a script that completes commands and options when TAB is pressed.",
      "For good: put the line of the example into ~/.bashrc or ~/.zshrc."
    },
    footer = {"", "Example: source <(runlake completion bash)"},
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.OK_MEANING, ExitCode.FAILURE_MEANING, ExitCode.USAGE_MEANING})
final class CompletionCommand implements Callable<Integer> {
  /** The shells that the script is for; it is the same one for both. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  private boolean help;

  @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
  private Shell shell;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("runlake", Cli.complete()));
    out.flush();
    return ExitCode.OK;
  }
}
