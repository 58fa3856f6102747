package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What TAB offers, in a real bash that sourced what {@code runlake completion bash} prints. */
class CompletionIT {
  @TempDir static Path temp;

  private static Path script;

  @BeforeAll
  static void print() throws Exception {
    script = temp.resolve("completion.bash");
    Scripts.Outcome printed =
        Scripts.run(
            temp, Map.of(), List.of(Scripts.script("runlake").toString(), "completion", "bash"));
    assertThat(printed.exitCode()).as(printed.err()).isZero();
    Files.writeString(script, printed.out());
  }

  /** The words that bash offers for the last one, by the function that it would call. */
  private static List<String> offered(String... words) throws Exception {
    StringBuilder quoted = new StringBuilder();
    for (String word : words) {
      quoted.append(" '").append(word).append("'");
    }
    Path program = temp.resolve("ask.bash");
    Files.writeString(
        program,
        """
        set -e
        source '%s'
        function=$(complete -p runlake | sed 's/.*-F \\([^ ]*\\).*/\\1/')
        # A builtin that works only while somebody presses TAB.
        compopt() { :; }
        COMP_WORDS=(%s)
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        "$function" runlake "${COMP_WORDS[COMP_CWORD]}" || true
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(script, quoted));
    Scripts.Outcome asked =
        Scripts.run(temp, Map.of(), List.of("bash", "--norc", program.toString()));
    assertThat(asked.exitCode()).as(asked.err()).isZero();
    assertThat(asked.err()).isEmpty();
    return asked.out().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  @Test
  void commandsAndOptionsAreOffered() throws Exception {
    assertThat(offered("runlake", "")).contains("experiments", "runs", "models", "completion");
    assertThat(offered("runlake", "mod")).containsExactly("models");
    assertThat(offered("runlake", "models", "set")).containsExactly("set-alias");
    assertThat(offered("runlake", "runs", "search", "--f")).containsExactly("--filter");
    assertThat(offered("runlake", "completion", "")).contains("bash", "zsh");
  }

  @Test
  void anUnknownShellIsRefused() {
    Answers answer = Answers.to("completion", "fish");
    assertThat(answer.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.out()).isEmpty();
    assertThat(answer.err()).contains("'fish'", "bash", "zsh");
  }
}
