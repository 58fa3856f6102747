package io.runlake.scoring.streaming;

import io.runlake.flavor.ModelUri;
import io.runlake.scoring.InputFormat;
import io.runlake.scoring.JobException;
import io.runlake.scoring.JobName;
import io.runlake.scoring.SettingValues;
import io.runlake.scoring.streaming.StreamSettings.InputSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.streaming.Trigger;

/** From what a start was told to the settings of a query. */
final class SettingsReader {
  private static final Set<InputFormat> FORMATS =
      EnumSet.of(InputFormat.DELTA, InputFormat.CSV, InputFormat.JSON);
  private static final String AVAILABLE_NOW = "available-now";
  private static final Pattern BYTES = Pattern.compile("[1-9][0-9]{0,15}[bkmgt]?");

  /** Options that would make something else than a line a row, or take rows away. */
  private static final List<String> NOT_LINES = List.of("multiLine", "wholetext");

  private final SettingValues values;

  private SettingsReader(SettingValues values) {
    this.values = values;
  }

  /**
   * Reads the arguments and the file that {@code --config} names.
   *
   * @throws JobException BAD_INPUT, naming the flag or the file's line
   */
  static StreamSettings read(List<String> arguments) {
    return new SettingsReader(SettingValues.read(arguments, Setting.KEYS)).settings();
  }

  private StreamSettings settings() {
    String job = JobName.check(values.required(Setting.JOB));
    return new StreamSettings(
        job,
        values.parsed(Setting.MODEL, ModelUri::parse),
        values.text(Setting.STORE),
        values.text(Setting.EXPERIMENT).orElse("scoring/" + job),
        input(),
        values.required(Setting.OUTPUT_PATH),
        values.required(Setting.CHECKPOINT),
        values.parsed(Setting.TRIGGER, SettingsReader::interval),
        values.list(Setting.COLUMNS),
        values.list(Setting.MODEL_COLUMNS).orElse(List.of()),
        values.list(Setting.MODEL_CLASSES).orElse(List.of()),
        values.flag(Setting.PARSE_STRINGS),
        values.parsed(Setting.ERROR_BUDGET, SettingValues::share),
        Duration.ofSeconds(values.parsed(Setting.STOP_TIMEOUT, SettingsReader::positive)),
        values.flag(Setting.JSON));
  }

  private InputSettings input() {
    InputFormat format =
        values.parsed(Setting.INPUT_FORMAT, text -> InputFormat.parse(text, FORMATS));
    InputSettings input =
        new InputSettings(
            format,
            values.required(Setting.INPUT_PATH),
            values.text(Setting.INPUT_SCHEMA),
            values.map(Setting.INPUT_OPTIONS),
            values
                .text(Setting.MAX_FILES)
                .map(text -> values.parsed(Setting.MAX_FILES, SettingsReader::positive)),
            values
                .text(Setting.MAX_BYTES)
                .map(text -> values.parsed(Setting.MAX_BYTES, SettingsReader::bytes)));
    if (format.lines() && input.schema().isEmpty()) {
      throw JobException.badInput(
          "Missing input.schema: "
              + format.sparkName()
              + " is read with a given schema, so that a row that does not fit can be told from"
              + " one that does. Write it as DDL, for instance \"id bigint, amount double\".");
    }
    if (!format.lines() && input.schema().isPresent()) {
      throw JobException.badInput(
          "input.format delta takes no input.schema; the table has one. Leave it out.");
    }
    for (String option : NOT_LINES) {
      if (format.lines() && input.isSet(option)) {
        throw JobException.badInput(
            "input.options."
                + option
                + " is true: a stream reads one row from each line. Write the files so, or score"
                + " them with the batch job.");
      }
    }
    if (format.lines() && input.maxFiles().isPresent() && input.maxBytes().isPresent()) {
      throw JobException.badInput(
          "Spark takes one limit for files, max-files-per-trigger or max-bytes-per-trigger; both"
              + " are given.");
    }
    return input;
  }

  private static Optional<String> interval(String text) {
    if (text.equals(AVAILABLE_NOW)) {
      return Optional.empty();
    }
    try {
      Trigger.ProcessingTime(text);
      return Optional.of(text);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "it is " + AVAILABLE_NOW + " or an interval such as '10 seconds'", e);
    }
  }

  private static int positive(String text) {
    int number = Integer.parseInt(text);
    if (number < 1) {
      throw new IllegalArgumentException("it is at least 1");
    }
    return number;
  }

  private static String bytes(String text) {
    if (!BYTES.matcher(text).matches()) {
      throw new IllegalArgumentException("a number of bytes is written as 1000, 64k, 64m or 1g");
    }
    return text;
  }
}
