package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSetting;
import io.runlake.scoring.SettingKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code runlake init} writes for a job, read by that job's own reader. */
public abstract class InitConfigContract {
  private final String kind;
  private final SettingKeys keys;
  private final Map<String, String> given;

  /**
   * A contract of one job.
   *
   * @param given values for the keys that must be given
   */
  protected InitConfigContract(String kind, SettingKeys keys, Map<String, String> given) {
    this.kind = kind;
    this.keys = keys;
    this.given = given;
  }

  /** The settings that the job's reader makes of arguments; equal settings are equal. */
  protected abstract Object read(List<String> arguments);

  @TempDir Path temp;

  private Path file;

  @BeforeEach
  void init() {
    file = temp.resolve("job.yaml");
    assertThat(Answers.to("init", "--kind", kind, file.toString()).exitCode()).isZero();
  }

  /** The file with the values of the keys that must be given. */
  private String filled() throws IOException {
    String text = Files.readString(file);
    for (Map.Entry<String, String> entry : given.entrySet()) {
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

  private Object read(String text) throws IOException {
    Files.writeString(file, text);
    return read(List.of("--config", file.toString()));
  }

  @Test
  void withTheRequiredValuesItIsAcceptedAndTheRestIsTheDefault() throws IOException {
    assertThat(read(filled()))
        .isEqualTo(
            read(
                given.entrySet().stream()
                    .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                    .toList()));
  }

  @Test
  void whatIsCommentedOutIsTheDefault() throws IOException {
    String defaults = filled();
    Object expected = read(defaults);
    int seen = 0;
    for (JobSetting setting : keys.settings()) {
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
    for (JobSetting setting : keys.settings()) {
      assertThat(text).contains(setting.help());
    }
    assertThat(Files.readString(file).lines()).allMatch(line -> line.length() <= 100);
  }

  /** A key is required if, and only if, the job does not start without it. */
  @Test
  void theKeysThatMustBeGivenAreThoseThatTheJobAsksFor() throws IOException {
    assertThat(keys.settings().stream().filter(JobSetting::required))
        .extracting(JobSetting::key)
        .containsExactlyInAnyOrderElementsOf(given.keySet());
    String all = filled();
    for (Map.Entry<String, String> entry : given.entrySet()) {
      String without = all.replace(": " + entry.getValue() + "\n", ":\n");
      assertThat(without).isNotEqualTo(all);
      assertThatThrownBy(() -> read(without))
          .isInstanceOf(JobException.class)
          .hasMessageStartingWith("Missing " + entry.getKey() + ":");
    }
  }
}
