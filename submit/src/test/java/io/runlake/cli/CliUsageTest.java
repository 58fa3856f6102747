package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CliUsageTest {
  @TempDir Path temp;

  /** Walks the tree, so that a new command cannot be forgotten. */
  @Test
  void everyCommandHasHelpWithAnExample() {
    List<String> seen = new ArrayList<>();
    walk(new CommandLine(new Cli(), new Commands(Map.of())), List.of(), seen);
    assertThat(seen)
        .contains("runs search", "experiments show", "models set-alias", "models delete-alias")
        .hasSizeGreaterThanOrEqualTo(15);
  }

  private static void walk(CommandLine command, List<String> path, List<String> seen) {
    List<String> args = new ArrayList<>(path);
    args.add("--help");
    Answers help = Answers.to(args.toArray(String[]::new));
    assertThat(help.exitCode()).as("%s", args).isZero();
    assertThat(help.out()).as("%s", args).contains("Usage: runlake", "Example: runlake ");
    assertThat(help.err()).as("%s", args).isEmpty();
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
