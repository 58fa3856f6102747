package io.runlake.cli;

import io.runlake.tracking.Runlake;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command about a store that exists: opens it, prints the answer, closes it. */
@Command(
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.OK_MEANING, ExitCode.FAILURE_MEANING, ExitCode.USAGE_MEANING})
abstract class StoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StoreOption store;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  private boolean help;

  @Option(names = "--json", description = "Print one JSON document, and nothing else, on stdout.")
  private boolean json;

  /** What is to be printed; reads and edits end before it is returned. */
  abstract Answer answer(Runlake runlake);

  /** Whether the command also works where no store is yet. */
  boolean mayMakeStore() {
    return false;
  }

  /** Where a command that takes long says what it is at. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  @Override
  public final Integer call() {
    String text;
    int exitCode;
    try (Runlake runlake = open()) {
      Answer answer = answer(runlake);
      exitCode = answer.exitCode();
      text =
          json
              ? JsonText.of(answer.json().get()) + System.lineSeparator()
              : Texts.printableLines(answer.text().get());
    }
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
    if (out.checkError()) {
      throw new IllegalStateException("The answer could not be written to stdout.");
    }
    return exitCode;
  }

  private Runlake open() {
    String uri = store.trackingUri();
    Runlake runlake = Runlake.open(uri);
    if (!mayMakeStore() && !runlake.store().exists()) {
      runlake.close();
      throw new UsageException(
          "There is no Runlake store at '"
              + uri
              + "'. Give the root of one with --store or RUNLAKE_TRACKING_URI; nothing was"
              + " created.");
    }
    return runlake;
  }
}
