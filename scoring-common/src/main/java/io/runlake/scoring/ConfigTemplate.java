package io.runlake.scoring;

import java.util.List;

/**
 * A job's YAML to fill in: every key with its meaning, those that must be given empty, the others
 * commented out with their defaults.
 */
public final class ConfigTemplate {
  private static final int WIDTH = 98;
  private static final String INDENT = "  ";

  private final StringBuilder text = new StringBuilder();
  private final List<JobSetting> settings;

  private ConfigTemplate(List<JobSetting> settings) {
    this.settings = settings;
  }

  /**
   * The text of the file.
   *
   * @param heading lines above it, without the sign of a comment
   */
  public static String of(List<String> heading, SettingKeys keys) {
    ConfigTemplate template = new ConfigTemplate(keys.settings());
    heading.forEach(line -> template.line("", ("# " + line).strip()));
    template.write();
    return template.text.toString();
  }

  private void write() {
    String open = "";
    for (JobSetting setting : settings) {
      String group = group(setting);
      line("", "");
      if (!group.isEmpty() && !group.equals(open)) {
        line("", (required(group) ? "" : "# ") + group + ":");
      }
      open = group;
      write(setting, group);
    }
  }

  private void write(JobSetting setting, String group) {
    String indent = group.isEmpty() ? "" : INDENT;
    String name = group.isEmpty() ? setting.key() : setting.key().substring(group.length() + 1);
    comment(indent, setting.help());
    if (setting.required()) {
      line(indent, name + ":");
    } else {
      String value = setting.defaultValue().orElse(shape(setting.kind()));
      line(indent, ("# " + name + ": " + value).strip());
    }
  }

  /** What a value without a default looks like. */
  private static String shape(JobSetting.Kind kind) {
    return switch (kind) {
      case LIST -> "[]";
      case MAP -> "{}";
      case TEXT, INTEGER, SHARE, FLAG -> "";
    };
  }

  private static String group(JobSetting setting) {
    int dot = setting.key().indexOf('.');
    return dot < 0 ? "" : setting.key().substring(0, dot);
  }

  private boolean required(String group) {
    return settings.stream().anyMatch(s -> s.required() && group(s).equals(group));
  }

  private void comment(String indent, String help) {
    StringBuilder line = new StringBuilder("#");
    for (String word : help.split(" ")) {
      if (indent.length() + line.length() + 1 + word.length() > WIDTH) {
        line(indent, line.toString());
        line.setLength(1);
      }
      line.append(' ').append(word);
    }
    line(indent, line.toString());
  }

  private void line(String indent, String line) {
    text.append(line.isEmpty() ? "" : indent + line).append('\n');
  }
}
