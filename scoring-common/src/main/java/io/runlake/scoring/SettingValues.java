package io.runlake.scoring;

import io.runlake.flavor.ModelException;
import io.runlake.flavor.SafeYaml;
import io.runlake.text.NearestMatch;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a start of a job was told: a YAML, then flags over it, one key after the other. */
public final class SettingValues {
  private final SettingKeys keys;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, String> places = new LinkedHashMap<>();

  private SettingValues(SettingKeys keys) {
    this.keys = keys;
  }

  /**
   * Reads the arguments and the file that {@code --config} names.
   *
   * @throws JobException BAD_INPUT, naming the flag or the file's line
   */
  public static SettingValues read(List<String> arguments, SettingKeys keys) {
    SettingValues read = new SettingValues(keys);
    Flags flags = Flags.parse(arguments, keys);
    flags.config().ifPresent(read::readYaml);
    flags.values().forEach((key, value) -> read.put(key, value, "flag --" + key));
    return read;
  }

  private void readYaml(String file) {
    SafeYaml.Document document;
    try {
      document = SafeYaml.parse(Files.readString(Path.of(file)), file);
    } catch (NoSuchFileException e) {
      throw JobException.badInput("No such file: --config " + file + ".", e);
    } catch (MalformedInputException e) {
      throw JobException.badInput("Bad YAML in " + file + ": it is not UTF-8.", e);
    } catch (IOException e) {
      throw JobException.badInput("Cannot read --config " + file + ": " + e + ".", e);
    } catch (ModelException e) {
      throw JobException.badInput(e.getMessage() + ".", e);
    }
    flatten("", document.values(), document, file);
  }

  private void flatten(
      String prefix, Map<?, ?> map, SafeYaml.Document document, String sourceName) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = prefix + entry.getKey();
      String place = sourceName + ", line " + document.lines().getOrDefault(key, 1);
      if (entry.getValue() instanceof Map<?, ?> nested && isPrefix(key)) {
        flatten(key + ".", nested, document, sourceName);
      } else if (entry.getValue() != null || keys.of(key).isEmpty()) {
        put(key, entry.getValue(), place);
      }
    }
  }

  private boolean isPrefix(String key) {
    return keys.keys().stream().anyMatch(known -> (known + ".").startsWith(key + "."));
  }

  private void put(String key, Object value, String place) {
    if (keys.of(key).isEmpty()) {
      throw JobException.badInput(
          "Unknown key '"
              + key
              + "' ("
              + place
              + ")"
              + NearestMatch.of(key, keys.names())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("; --help lists the keys."));
    }
    values.put(key, value);
    places.put(key, place);
  }

  /** The values below a key of kind {@code MAP}. */
  public Map<String, String> map(JobSetting setting) {
    String prefix = setting.key() + ".";
    Map<String, String> found = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            found.put(key.substring(prefix.length()), scalar(key, value));
          }
        });
    return found;
  }

  /** A number from 0 to 1. */
  public static double share(String text) {
    double share = Double.parseDouble(text);
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is between 0 and 1");
    }
    return share;
  }

  /** Whether a flag is set. */
  public boolean flag(JobSetting setting) {
    return parsed(
        setting,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("it is true or false");
            });
  }

  /**
   * A value that the job needs.
   *
   * @param parser throws {@link IllegalArgumentException} with what is wrong
   */
  public <T> T parsed(JobSetting setting, Function<String, T> parser) {
    String text = required(setting);
    try {
      return parser.apply(text);
    } catch (ModelException e) {
      throw JobException.badInput(e.getMessage(), e);
    } catch (DateTimeParseException e) {
      throw bad(setting, text, "a date is written as 2015-02-04");
    } catch (NumberFormatException e) {
      throw bad(setting, text, "it is not a number");
    } catch (IllegalArgumentException e) {
      throw bad(setting, text, e.getMessage());
    }
  }

  private JobException bad(JobSetting setting, String text, String why) {
    return JobException.badInput(
        "Bad value '"
            + text
            + "' for "
            + setting.key()
            + " ("
            + places.getOrDefault(setting.key(), "default")
            + "): "
            + why
            + ".");
  }

  /** The error about a setting that has to be given. */
  public static JobException missing(JobSetting setting) {
    return JobException.badInput(
        "Missing "
            + setting.key()
            + ": "
            + setting.help()
            + ". Give it in the YAML of --config or as --"
            + setting.key()
            + "; --help shows an example.");
  }

  /** A text that the job needs. */
  public String required(JobSetting setting) {
    return text(setting).orElseThrow(() -> missing(setting));
  }

  /** A text; empty if it is not given, blank, and without a default. */
  public Optional<String> text(JobSetting setting) {
    Object value = values.get(setting.key());
    return value == null
        ? setting.defaultValue()
        : Optional.of(scalar(setting.key(), value)).filter(text -> !text.isBlank());
  }

  /** A list; empty if it is not given or has no items. */
  public Optional<List<String>> list(JobSetting setting) {
    Object value = values.get(setting.key());
    if (value == null) {
      return Optional.empty();
    }
    List<String> items =
        value instanceof List<?> list
            ? list.stream().map(item -> scalar(setting.key(), item)).toList()
            : Arrays.stream(scalar(setting.key(), value).split(","))
                .map(String::strip)
                .collect(Collectors.toList());
    items = items.stream().filter(item -> !item.isEmpty()).toList();
    return items.isEmpty() ? Optional.empty() : Optional.of(items);
  }

  private String scalar(String key, Object value) {
    if (value instanceof Map<?, ?> || value instanceof List<?> || value == null) {
      throw JobException.badInput(
          "Bad value for " + key + " (" + places.get(key) + "): it takes one value, not " + value);
    }
    return String.valueOf(value);
  }
}
