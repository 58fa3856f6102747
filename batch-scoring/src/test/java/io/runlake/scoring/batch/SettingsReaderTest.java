package io.runlake.scoring.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.InputFormat;
import io.runlake.scoring.JobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
  private static final String COMPLETE =
      """
      job: occupancy-nightly
      model: models:/occupancy@champion
      date: 2015-02-04
      store: delta:/data/runlake
      input:
        format: csv
        path: [/in/a.csv, /in/b.csv]
        schema: "id bigint, amount double"
        options: {header: true, sep: ";"}
      output:
        path: /data/scores
      columns: [id, the amount]
      error-budget: 0.2
      """;

  @TempDir Path folder;

  @Test
  void readsEveryPartOfTheYaml() throws IOException {
    JobSettings settings = read(COMPLETE);

    assertThat(settings.job()).isEqualTo("occupancy-nightly");
    assertThat(settings.date()).isEqualTo(LocalDate.of(2015, 2, 4));
    assertThat(settings.model().text()).isEqualTo("models:/occupancy@champion");
    assertThat(settings.store()).contains("delta:/data/runlake");
    assertThat(settings.experiment()).isEqualTo("scoring/occupancy-nightly");
    assertThat(settings.input().paths()).containsExactly("/in/a.csv", "/in/b.csv");
    assertThat(settings.input().options()).isEqualTo(Map.of("header", "true", "sep", ";"));
    assertThat(settings.columns()).contains(List.of("id", "the amount"));
    assertThat(settings.errorBudget()).isEqualTo(0.2);
    assertThat(settings.force()).isFalse();
  }

  @Test
  void flagsWinOverTheYaml() throws IOException {
    JobSettings settings =
        read(
            COMPLETE,
            "--date",
            "2015-02-11",
            "--input.path=/in/c.csv",
            "--input.options.header",
            "false",
            "--force",
            "--error-budget=1");

    assertThat(settings.date()).isEqualTo(LocalDate.of(2015, 2, 11));
    assertThat(settings.input().paths()).containsExactly("/in/c.csv");
    assertThat(settings.input().options()).isEqualTo(Map.of("header", "false", "sep", ";"));
    assertThat(settings.force()).isTrue();
    assertThat(settings.errorBudget()).isEqualTo(1);
  }

  @Test
  void everyKeyIsAFlag() {
    JobSettings settings =
        SettingsReader.read(
            List.of(
                "--job",
                "j",
                "--model",
                "/models/m",
                "--date",
                "2015-02-04",
                "--input.path",
                "/t",
                "--input.version",
                "12",
                "--output.path",
                "/o",
                "--columns",
                "a, b",
                "--model-columns",
                "rawPrediction",
                "--model-classes",
                "com.example.*",
                "--experiment",
                "e",
                "--parse-strings",
                "--json"));

    assertThat(settings.input().version()).contains(12L);
    assertThat(settings.input().format()).isEqualTo(InputFormat.DELTA);
    assertThat(settings.columns()).contains(List.of("a", "b"));
    assertThat(settings.modelColumns()).containsExactly("rawPrediction");
    assertThat(settings.modelClasses()).containsExactly("com.example.*");
    assertThat(settings.experiment()).isEqualTo("e");
    assertThat(settings.parseStrings()).isTrue();
    assertThat(settings.json()).isTrue();
  }

  @Test
  void namesTheLineOfAMalformedYaml() {
    refused("job: j\nmodel: [models:/m/1\noutput: {}\n").withMessageContaining("line ");
    refused("job: a\njob: b\n").withMessageContaining("line 2").withMessageContaining("twice");
  }

  @Test
  void namesTheNearestKeyOfAnUnknownOne() {
    refused(COMPLETE.replace("columns:", "colums:"))
        .withMessageContaining("colums")
        .withMessageContaining("line 12")
        .withMessageContaining("did you mean 'columns'");
    refused(COMPLETE.replace("  schema:", "  shema:"))
        .withMessageContaining("line 8")
        .withMessageContaining("did you mean 'input.schema'");
    refused("jobb: {a: 1}").withMessageContaining("did you mean 'job'");
    refused(COMPLETE, "--modle", "x").withMessageContaining("did you mean 'model'");
  }

  @Test
  void saysWhatIsWrongWithAValue() {
    refused(COMPLETE, "--date", "4.2.2015").withMessageContaining("--date");
    refused(COMPLETE.replace("0.2", "2")).withMessageContaining("line 13");
    refused(COMPLETE, "--input.format", "parqet").withMessageContaining("'parquet'");
    refused(COMPLETE, "--job", "a/b").withMessageContaining("a/b");
    refused(COMPLETE, "--force=maybe").withMessageContaining("true or false");
    refused(COMPLETE, "--model", "models:/m@v3").withMessageContaining("v3");
    refused(COMPLETE, "--date").withMessageContaining("needs a value");
    refused(COMPLETE, "date").withMessageContaining("Unexpected argument 'date'");
    refused(COMPLETE.replace("schema: \"id bigint, amount double\"", "schema:"))
        .withMessageContaining("Missing input.schema");
    refused("job: j").withMessageContaining("Missing date");
    refused(COMPLETE, "--input.version", "3").withMessageContaining("Delta");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatExceptionOfType(JobException.class)
        .isThrownBy(() -> SettingsReader.read(List.of("--config", "no/such.yaml")))
        .withMessageContaining("no/such.yaml")
        .matches(e -> e.exitCode() == ExitCode.BAD_INPUT);
  }

  @Test
  void theHelpNamesEverySettingAndExitCode() {
    for (Setting setting : Setting.values()) {
      assertThat(Help.text()).contains("--" + setting.key());
    }
    for (ExitCode exit : ExitCode.values()) {
      assertThat(Help.text()).contains("  " + exit.code() + "  " + exit.meaning());
    }
  }

  private JobSettings read(String yaml, String... flags) throws IOException {
    Path file = Files.writeString(folder.resolve("job.yaml"), yaml);
    List<String> arguments = new java.util.ArrayList<>(List.of("--config", file.toString()));
    arguments.addAll(List.of(flags));
    return SettingsReader.read(arguments);
  }

  private ThrowableAssertAlternative<JobException> refused(String yaml, String... flags) {
    return assertThatExceptionOfType(JobException.class)
        .isThrownBy(() -> read(yaml, flags))
        .matches(e -> e.exitCode() == ExitCode.BAD_INPUT);
  }
}
