package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InitCommandTest {
  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(InitCommand.Kind.class)
  void theFileIsWrittenAndWhatToDoIsSaid(InitCommand.Kind kind) throws Exception {
    Path file = temp.resolve("my job.yaml");
    Answers answer = Answers.to("init", "--kind", kind.name(), file.toString());
    assertThat(answer.exitCode()).as(answer.err()).isZero();
    assertThat(answer.out()).contains("Wrote " + file, "model, ", kind.start(file.toString()));
    assertThat(file)
        .content()
        .contains("\nmodel:\n", "# error-budget: 0.05\n", "--config my job.yaml");
  }

  @Test
  void aFileThatIsThereIsReplacedByForceAlone() throws Exception {
    Path file = Files.writeString(temp.resolve("job.yaml"), "mine ".repeat(5000));
    Answers refused = Answers.to("init", file.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains(file.toString(), "left as it is", "--force");
    assertThat(refused.out()).isEmpty();
    assertThat(file).hasContent("mine ".repeat(5000));

    assertThat(Answers.to("init", "--force", file.toString()).exitCode()).isZero();
    assertThat(file).content().startsWith("# ").doesNotContain("mine ");
  }

  @Test
  void badPlacesAndKindsAreRefused() {
    Answers folder = Answers.to("init", temp.toString());
    assertThat(folder.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(folder.err()).contains(temp.toString(), "is a directory");

    Answers nowhere = Answers.to("init", temp.resolve("no/where.yaml").toString());
    assertThat(nowhere.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(nowhere.err()).contains("no directory '" + temp.resolve("no") + "'");

    Answers kind = Answers.to("init", "--kind", "bach", temp.resolve("x.yaml").toString());
    assertThat(kind.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(kind.err()).contains("'bach'", "batch");
    assertThat(temp).isEmptyDirectory();
  }
}
