package io.runlake.scoring.batch;

import io.runlake.flavor.ModelException;
import io.runlake.flavor.ModelUri;
import io.runlake.flavor.SafeYaml;
import io.runlake.scoring.batch.JobSettings.Format;
import io.runlake.scoring.batch.JobSettings.InputSettings;
import io.runlake.text.NearestMatch;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
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

/** Reads the settings: a YAML, then flags over it, one key after the other. */
final class SettingsReader {
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, String> places = new LinkedHashMap<>();

  private SettingsReader() {}

  /**
   * Reads the arguments and the file that {@code --config} names.
   *
   * @throws JobException BAD_INPUT, naming the flag or the file's line
   */
  static JobSettings read(List<String> arguments) {
    SettingsReader reader = new SettingsReader();
    Flags flags = Flags.parse(arguments);
    flags.config().ifPresent(reader::readYaml);
    flags.values().forEach((key, value) -> reader.put(key, value, "flag --" + key));
    return reader.settings();
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
      } else if (entry.getValue() != null || Setting.of(key).isEmpty()) {
        put(key, entry.getValue(), place);
      }
    }
  }

  private static boolean isPrefix(String key) {
    return Setting.keys().stream().anyMatch(known -> (known + ".").startsWith(key + "."));
  }

  private void put(String key, Object value, String place) {
    if (Setting.of(key).isEmpty()) {
      throw JobException.badInput(
          "Unknown key '"
              + key
              + "' ("
              + place
              + ")"
              + NearestMatch.of(key, Setting.names())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("; --help lists the keys."));
    }
    values.put(key, value);
    places.put(key, place);
  }

  private JobSettings settings() {
    String job = required(Setting.JOB);
    return new JobSettings(
        new Night(job, parsed(Setting.DATE, LocalDate::parse)),
        parsed(Setting.MODEL, ModelUri::parse),
        text(Setting.STORE),
        text(Setting.EXPERIMENT).orElse("scoring/" + job),
        input(),
        required(Setting.OUTPUT_PATH),
        list(Setting.COLUMNS),
        list(Setting.MODEL_COLUMNS).orElse(List.of()),
        list(Setting.MODEL_CLASSES).orElse(List.of()),
        flag(Setting.PARSE_STRINGS),
        parsed(Setting.ERROR_BUDGET, SettingsReader::share),
        flag(Setting.FORCE),
        flag(Setting.JSON));
  }

  private InputSettings input() {
    Format format = parsed(Setting.INPUT_FORMAT, SettingsReader::format);
    InputSettings input =
        new InputSettings(
            format,
            list(Setting.INPUT_PATH).orElseThrow(() -> missing(Setting.INPUT_PATH)),
            text(Setting.INPUT_SCHEMA),
            options(),
            text(Setting.INPUT_VERSION).map(text -> parsed(Setting.INPUT_VERSION, Long::valueOf)));
    if (format == Format.CSV && input.schema().isEmpty()) {
      throw JobException.badInput(
          "Missing input.schema: csv is read with a given schema, so that a row that does not fit"
              + " can be told from one that does. Write it as DDL, for instance"
              + " \"id bigint, amount double\".");
    }
    if (format == Format.DELTA && (input.paths().size() != 1 || input.schema().isPresent())) {
      throw JobException.badInput(
          "input.format delta takes one input.path and no input.schema; got paths "
              + input.paths()
              + input.schema().map(schema -> " and schema '" + schema + "'").orElse("")
              + ".");
    }
    if (format != Format.DELTA && input.version().isPresent()) {
      throw JobException.badInput(
          "input.version is for Delta tables; " + format.sparkName() + " files have none.");
    }
    return input;
  }

  private Map<String, String> options() {
    String prefix = Setting.INPUT_OPTIONS.key() + ".";
    Map<String, String> options = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            options.put(key.substring(prefix.length()), scalar(key, value));
          }
        });
    return options;
  }

  private static Format format(String text) {
    List<String> known = Arrays.stream(Format.values()).map(Format::sparkName).toList();
    if (!known.contains(text.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "the formats are " + String.join(", ", known) + NearestMatch.hint(text, known));
    }
    return Format.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static double share(String text) {
    double share = Double.parseDouble(text);
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is between 0 and 1");
    }
    return share;
  }

  private boolean flag(Setting setting) {
    return parsed(
        setting,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException("it is true or false");
            });
  }

  private <T> T parsed(Setting setting, Function<String, T> parser) {
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

  private JobException bad(Setting setting, String text, String why) {
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

  private static JobException missing(Setting setting) {
    return JobException.badInput(
        "Missing "
            + setting.key()
            + ": "
            + setting.help()
            + ". Give it in the YAML of --config or as --"
            + setting.key()
            + "; --help shows an example.");
  }

  private String required(Setting setting) {
    return text(setting).orElseThrow(() -> missing(setting));
  }

  private Optional<String> text(Setting setting) {
    Object value = values.get(setting.key());
    return value == null
        ? setting.defaultValue()
        : Optional.of(scalar(setting.key(), value)).filter(text -> !text.isBlank());
  }

  private Optional<List<String>> list(Setting setting) {
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
