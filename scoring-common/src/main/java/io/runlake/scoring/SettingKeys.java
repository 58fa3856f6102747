package io.runlake.scoring;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All settings of a job. */
public record SettingKeys(List<JobSetting> settings) {
  /** Keeps a copy. */
  public SettingKeys {
    settings = List.copyOf(settings);
  }

  /** The settings that an enum lists. */
  public static SettingKeys of(JobSetting... settings) {
    return new SettingKeys(List.of(settings));
  }

  /** The setting of that key; {@code input.options.header} belongs to {@code input.options}. */
  Optional<JobSetting> of(String key) {
    return settings.stream()
        .filter(
            setting ->
                setting.kind() == JobSetting.Kind.MAP
                    ? key.startsWith(setting.key() + ".")
                    : key.equals(setting.key()))
        .findFirst();
  }

  List<String> keys() {
    return settings.stream().map(JobSetting::key).toList();
  }

  /** What a misspelt key may have been meant to be: every key, and the groups of keys. */
  List<String> names() {
    return Stream.concat(
            keys().stream(),
            keys().stream()
                .filter(key -> key.indexOf('.') > 0)
                .map(key -> key.substring(0, key.indexOf('.')))
                .distinct())
        .toList();
  }

  /** One line for each setting. */
  public String help() {
    StringBuilder text = new StringBuilder();
    for (JobSetting setting : settings) {
      String flag = "--" + setting.key() + (setting.kind() == JobSetting.Kind.MAP ? "." : " ");
      text.append(String.format("  %-32s %s", flag + setting.kind().label(), setting.help()));
      setting
          .defaultValue()
          .filter(value -> setting.kind() != JobSetting.Kind.FLAG)
          .ifPresent(value -> text.append(" (default ").append(value).append(')'));
      text.append('\n');
    }
    return text.toString();
  }

  /** One line for each exit code. */
  public static String exitCodes() {
    StringBuilder text = new StringBuilder("Exit codes:\n");
    for (ExitCode exit : ExitCode.values()) {
      text.append(String.format("  %d  %s%n", exit.code(), exit.meaning()));
    }
    return text.toString();
  }
}
