package io.runlake.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** {@code runlake --help}: the whole story on one screen, the commands by what one wants to do. */
final class FrontPage {
  private static final int NAME_WIDTH = 37;

  /** A group of commands under what they are for. */
  private record Task(String heading, List<Entry> entries) {}

  /** Commands, as one types them, and what they do. */
  private record Entry(String commands, String what) {}

  private static final List<Task> TASKS =
      List.of(
          new Task(
              "See what was tried, and how good it is",
              List.of(
                  new Entry("experiments list|search|show", "experiments"),
                  new Entry(
                      "runs list|search|show|history|inputs",
                      "runs: params, metrics, tags, inputs, cost"),
                  new Entry("models list|search|show", "models: versions, aliases, who and why"))),
          new Task(
              "Decide which model counts",
              List.of(
                  new Entry("models register", "a run's model becomes the next version"),
                  new Entry("models set-alias|delete-alias", "move a name such as 'champion'"))),
          new Task(
              "Keep a store in order",
              List.of(
                  new Entry(
                      "store stats|doctor|sql|upgrade", "what it holds, what is wrong; as SQL"),
                  new Entry(
                      "store maintain|gc|reap|recover",
                      "settle, delete for good, end dead runs, write late"))),
          new Task(
              "Set up, and stop",
              List.of(
                  new Entry("stream stop", "end a streaming job between two batches"),
                  new Entry("init", "write the configuration of a scoring job, to be filled in"),
                  new Entry(
                      "completion bash|zsh", "completion of commands and options in a shell"))));

  private FrontPage() {}

  /** Makes a command's help this page. */
  static void on(CommandSpec root) {
    UsageMessageSpec usage = root.usageMessage();
    usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> text());
    usage.sectionKeys(List.of(UsageMessageSpec.SECTION_KEY_COMMAND_LIST));
  }

  static String text() {
    List<String> lines = new ArrayList<>();
    lines.add("Usage: runlake COMMAND [OPTIONS]");
    lines.add("");
    lines.add(
        "The runs, metrics, models and registry of Spark ML are Delta tables below one root: a store.");
    lines.add("This command reads and edits such a store. It needs no Spark and no server.");
    lines.add("");
    for (Task task : TASKS) {
      lines.add(task.heading());
      for (Entry entry : task.entries()) {
        String gap = " ".repeat(NAME_WIDTH - entry.commands().length());
        lines.add("  " + entry.commands() + gap + entry.what());
      }
    }
    lines.add("");
    lines.add(
        "Store: --store ROOT, else the variable "
            + Variable.TRACKING_URI.key()
            + ", else ./runlake.");
    lines.add(
        "Example: runlake runs search --store ./runlake --filter \"metrics.accuracy > 0.9\" --json");
    lines.add("Exit codes: 0 done, 1 failure, 2 wrong usage or something that is not there.");
    lines.add(
        "Read on: runlake COMMAND --help, docs/settings.md, docs/exit-codes.md; runlake --version.");
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
