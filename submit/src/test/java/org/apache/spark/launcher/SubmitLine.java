package org.apache.spark.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A line of arguments as spark-submit reads it. Here because the parser that knows spark-submit's
 * options is visible in this package only.
 */
public final class SubmitLine extends SparkSubmitOptionParser {
  private final Map<String, String> options = new TreeMap<>();
  private final Map<String, String> settings = new TreeMap<>();
  private Optional<String> resource = Optional.empty();
  private List<String> arguments = List.of();

  /** Reads a line; an unknown option or a value that is missing is an error. */
  public static SubmitLine of(List<String> line) {
    SubmitLine parsed = new SubmitLine();
    parsed.parse(line);
    return parsed;
  }

  @Override
  protected boolean handle(String option, String value) {
    if (option.equals(CONF)) {
      String[] setting = value.split("=", 2);
      settings.put(setting[0], setting[1]);
    } else if (options.put(option, String.valueOf(value)) != null) {
      throw new IllegalArgumentException(option + " is given twice");
    }
    return true;
  }

  @Override
  protected boolean handleUnknown(String option) {
    if (option.startsWith("-")) {
      throw new IllegalArgumentException("spark-submit does not know " + option);
    }
    resource = Optional.of(option);
    return false;
  }

  @Override
  protected void handleExtraArgs(List<String> extra) {
    arguments = new ArrayList<>(extra);
  }

  /** An option of spark-submit, as {@code --master}. */
  public Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /** What {@code --conf} gave. */
  public Map<String, String> settings() {
    return settings;
  }

  /** The program's jar. */
  public String resource() {
    return resource.orElseThrow();
  }

  /** What the program gets. */
  public List<String> arguments() {
    return arguments;
  }
}
