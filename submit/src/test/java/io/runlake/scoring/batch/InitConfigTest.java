package io.runlake.scoring.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.cli.CommandLines;
import io.runlake.scoring.InputFormat;
import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code runlake init --kind batch} writes, read by the batch job's own reader. */
class InitConfigTest {
  private static final Map<String, String> GIVEN =
      Map.of(
          "job", "nightly",
          "model", "models:/occupancy@champion",
          "date", "2015-02-04",
          "input.path", "/data/readings",
          "output.path", "/data/scores");

  @TempDir Path temp;

  private Path file;

  @BeforeEach
  void init() {
    file = temp.resolve("job.yaml");
    assertThat(CommandLines.run("init", "--kind", "batch", file.toString())).isZero();
  }

  /** The file with the values of the keys that must be given. */
  private String filled() throws IOException {
    String text = Files.readString(file);
    for (Map.Entry<String, String> entry : GIVEN.entrySet()) {
      text = filled(text, entry.getKey(), entry.getValue());
    }
    return text;
  }

  private static String filled(String text, String key, String value) {
    int dot = key.indexOf('.');
    String line = dot < 0 ? key + ":" : "  " + key.substring(dot + 1) + ":";
    int from = dot < 0 ? 0 : text.indexOf("\n" + key.substring(0, dot) + ":\n");
    int at = text.indexOf("\n" + line + "\n", from);
    assertThat(at).as(key).isNotNegative();
    int end = at + 1 + line.length();
    return text.substring(0, end) + " " + value + text.substring(end);
  }

  private JobSettings read(String text) throws IOException {
    Files.writeString(file, text);
    return SettingsReader.read(List.of("--config", file.toString()));
  }

  @Test
  void withTheRequiredValuesItIsAcceptedAndTheRestIsTheDefault() throws IOException {
    JobSettings settings = read(filled());
    assertThat(settings.job()).isEqualTo("nightly");
    assertThat(settings.input().format()).isEqualTo(InputFormat.DELTA);
    assertThat(settings.input().paths()).containsExactly("/data/readings");
    assertThat(settings.errorBudget()).isEqualTo(0.05);
    assertThat(settings.columns()).isEmpty();
    assertThat(settings)
        .isEqualTo(
            SettingsReader.read(
                GIVEN.entrySet().stream()
                    .map(given -> "--" + given.getKey() + "=" + given.getValue())
                    .toList()));
  }

  @Test
  void whatIsCommentedOutIsTheDefault() throws IOException {
    String defaults = filled();
    JobSettings expected = read(defaults);
    int seen = 0;
    for (JobSetting setting : Setting.KEYS.settings()) {
      if (setting.defaultValue().isPresent()) {
        String name = setting.key().substring(setting.key().indexOf('.') + 1);
        String line = "# " + name + ": " + setting.defaultValue().get() + "\n";
        assertThat(defaults).containsOnlyOnce(line);
        defaults = defaults.replace(line, line.substring(2));
        seen++;
      }
    }
    assertThat(seen).isGreaterThanOrEqualTo(5);
    assertThat(read(defaults)).isEqualTo(expected);
  }

  @Test
  void everyKeyIsThereWithItsMeaning() throws IOException {
    String text = Files.readString(file).replaceAll("\n *# ", " ");
    for (JobSetting setting : Setting.KEYS.settings()) {
      assertThat(text).contains(setting.help());
    }
    assertThat(Files.readString(file).lines()).allMatch(line -> line.length() <= 100);
  }

  /** A key is required if, and only if, the job does not start without it. */
  @Test
  void theKeysThatMustBeGivenAreThoseThatTheJobAsksFor() throws IOException {
    assertThat(Setting.KEYS.settings().stream().filter(JobSetting::required))
        .extracting(JobSetting::key)
        .containsExactlyInAnyOrderElementsOf(GIVEN.keySet());
    String all = filled();
    for (Map.Entry<String, String> given : GIVEN.entrySet()) {
      String without = all.replace(": " + given.getValue() + "\n", ":\n");
      assertThat(without).isNotEqualTo(all);
      assertThatThrownBy(() -> read(without))
          .isInstanceOf(JobException.class)
          .hasMessageStartingWith("Missing " + given.getKey() + ":");
    }
  }
}
