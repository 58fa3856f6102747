package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CliUsageTest {
  @TempDir Path temp;

  /** Walks the tree, so that a new command cannot be forgotten. */
  @Test
  void everyCommandHasHelpWithMeaningExampleAndExitCodes() {
    List<String> seen = new ArrayList<>();
    walk(Cli.complete(), List.of(), seen);
    assertThat(seen)
        .contains("runs search", "experiments show", "models set-alias", "models delete-alias")
        .contains("completion")
        .hasSizeGreaterThanOrEqualTo(16);
  }

  private static void walk(CommandLine command, List<String> path, List<String> seen) {
    List<String> args = new ArrayList<>(path);
    args.add("--help");
    Answers help = Answers.to(args.toArray(String[]::new));
    assertThat(help.exitCode()).as("%s", args).isZero();
    assertThat(help.out())
        .as("%s", args)
        .containsOnlyOnce("Usage: runlake")
        .containsPattern("Example: .*runlake ")
        .contains("Exit codes:");
    assertThat(help.out().lines()).as("%s", args).allMatch(line -> line.length() <= 100);
    assertThat(help.err()).as("%s", args).isEmpty();
    assertThat(command.getCommandSpec().optionsMap()).as("%s", args).containsKey("--help");
    if (!path.isEmpty()) {
      assertThat(String.join("", command.getCommandSpec().usageMessage().description()))
          .as("%s", args)
          .endsWith(".")
          .hasSizeGreaterThan(15);
      command
          .getCommandSpec()
          .args()
          .forEach(arg -> assertThat(arg.description()).as("%s %s", args, arg).isNotEmpty());
    }
    seen.add(String.join(" ", path));
    command
        .getSubcommands()
        .forEach(
            (name, child) -> {
              List<String> deeper = new ArrayList<>(path);
              deeper.add(name);
              walk(child, deeper, seen);
            });
  }

  @Test
  void theFrontPageFitsAScreenAndNamesEveryCommand() {
    for (String asked : List.of("--help", "-h")) {
      assertThat(Answers.to(asked).out()).isEqualTo(FrontPage.text());
    }
    assertThat(FrontPage.text().lines()).hasSizeLessThanOrEqualTo(24);
    assertThat(FrontPage.text())
        .contains("RUNLAKE_TRACKING_URI", "Exit codes: 0 ", "Example: ", "docs/settings.md");
    Cli.complete()
        .getSubcommands()
        .forEach(
            (name, command) -> {
              for (String child : command.getSubcommands().keySet()) {
                assertThat(FrontPage.text())
                    .containsPattern("(?m)^  " + name + " +([a-z-]+\\|)*" + child + "[| ]");
              }
              assertThat(FrontPage.text()).containsPattern("(?m)^  " + name + " ");
            });
  }

  /** A line that names a command builds that one alone; what it says must not differ. */
  @Test
  void aCommandBuiltAloneIsTheOneOfTheWholeTree() {
    Cli.complete()
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(Answers.to(name, "--help").out()).isEqualTo(command.getUsageMessage()));
    assertThat(Answers.to("rnus").err()).contains("did you mean 'runs'?");
  }

  /** Groups show the example of a command of theirs; each example has to be one that parses. */
  @Test
  void theExamplesParse() {
    List<String> examples = new ArrayList<>();
    examples(Cli.complete(), examples);
    assertThat(examples).hasSizeGreaterThanOrEqualTo(16);
    for (String example : examples) {
      CommandLine line = Cli.complete();
      line.parseArgs(Words.of(example).stream().skip(1).toArray(String[]::new));
    }
  }

  private static void examples(CommandLine command, List<String> examples) {
    String help = command.getUsageMessage();
    String whole =
        help.substring(help.indexOf("Example: ") + "Example: ".length())
            .replaceAll("\\\\\\R\\s*", "")
            .lines()
            .findFirst()
            .orElseThrow();
    if (whole.startsWith("source <(")) {
      whole = whole.replaceAll("^source <\\(|\\)$", "");
    }
    examples.add(whole);
    command.getSubcommands().values().forEach(child -> examples(child, examples));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "runs",
        "runs serach",
        "runs search --fliter x",
        "runs search --max-results many",
        "runs list --view some",
        "runs show",
        "models set-alias occupancy champion two",
        "models register occupancy",
        "models register occupancy /m --tag novalue"
      })
  void wrongUsageIsOneLineAndAHint(String commandLine) {
    Answers answer = Answers.to(commandLine.isEmpty() ? new String[0] : commandLine.split(" "));
    assertThat(answer.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.out()).isEmpty();
    assertThat(answer.err()).startsWith("runlake: ").contains("--help'").doesNotContain("\tat ");
  }

  @Test
  void aNearNameIsSuggested() {
    assertThat(Answers.to("runs", "search", "--fliter", "x").err())
        .contains("did you mean '--filter'?");
    assertThat(Answers.to("runs", "serach").err()).contains("did you mean 'search'?");
  }

  @Test
  void theVersionIsPrinted() {
    Answers answer = Answers.to("--version");
    assertThat(answer.exitCode()).isZero();
    assertThat(answer.out()).startsWith("runlake ");
  }

  @Test
  void anEmptyStoreOptionIsRefused() {
    Answers answer = Answers.to("runs", "list", "--store", " ");
    assertThat(answer.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err())
        .isEqualTo(
            "runlake: --store is empty; give a root, for instance --store ./runlake."
                + System.lineSeparator());
  }
}
