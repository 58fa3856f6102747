package io.runlake.scoring.batch;

import io.runlake.flavor.ModelUri;
import io.runlake.scoring.InputFormat;
import io.runlake.scoring.JobException;
import io.runlake.scoring.SettingValues;
import io.runlake.scoring.batch.JobSettings.InputSettings;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;

/** From what a start was told to the settings of a night. */
final class SettingsReader {
  private final SettingValues values;

  private SettingsReader(SettingValues values) {
    this.values = values;
  }

  /**
   * Reads the arguments and the file that {@code --config} names.
   *
   * @throws JobException BAD_INPUT, naming the flag or the file's line
   */
  static JobSettings read(List<String> arguments) {
    return new SettingsReader(SettingValues.read(arguments, Setting.KEYS)).settings();
  }

  private JobSettings settings() {
    String job = values.required(Setting.JOB);
    return new JobSettings(
        new Night(job, values.parsed(Setting.DATE, LocalDate::parse)),
        values.parsed(Setting.MODEL, ModelUri::parse),
        values.text(Setting.STORE),
        values.text(Setting.EXPERIMENT).orElse("scoring/" + job),
        input(),
        values.required(Setting.OUTPUT_PATH),
        values.list(Setting.COLUMNS),
        values.list(Setting.MODEL_COLUMNS).orElse(List.of()),
        values.list(Setting.MODEL_CLASSES).orElse(List.of()),
        values.flag(Setting.PARSE_STRINGS),
        values.parsed(Setting.ERROR_BUDGET, SettingValues::share),
        values.flag(Setting.FORCE),
        values.flag(Setting.JSON));
  }

  private InputSettings input() {
    InputFormat format =
        values.parsed(
            Setting.INPUT_FORMAT,
            text -> InputFormat.parse(text, EnumSet.allOf(InputFormat.class)));
    InputSettings input =
        new InputSettings(
            format,
            values
                .list(Setting.INPUT_PATH)
                .orElseThrow(() -> SettingValues.missing(Setting.INPUT_PATH)),
            values.text(Setting.INPUT_SCHEMA),
            values.map(Setting.INPUT_OPTIONS),
            values
                .text(Setting.INPUT_VERSION)
                .map(text -> values.parsed(Setting.INPUT_VERSION, Long::valueOf)));
    if (format.lines() && input.schema().isEmpty()) {
      throw JobException.badInput(
          "Missing input.schema: "
              + format.sparkName()
              + " is read with a given schema, so that a row that does not fit"
              + " can be told from one that does. Write it as DDL, for instance"
              + " \"id bigint, amount double\".");
    }
    if (format == InputFormat.DELTA && (input.paths().size() != 1 || input.schema().isPresent())) {
      throw JobException.badInput(
          "input.format delta takes one input.path and no input.schema; got paths "
              + input.paths()
              + input.schema().map(schema -> " and schema '" + schema + "'").orElse("")
              + ".");
    }
    if (format != InputFormat.DELTA && input.version().isPresent()) {
      throw JobException.badInput(
          "input.version is for Delta tables; " + format.sparkName() + " files have none.");
    }
    return input;
  }
}
