package io.runlake.scoring.batch;

import io.runlake.flavor.ModelUri;
import io.runlake.scoring.InputFormat;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a job was told, checked and complete; see {@link Setting} for the meanings. */
record JobSettings(
    Night night,
    ModelUri model,
    Optional<String> store,
    String experiment,
    InputSettings input,
    String outputPath,
    Optional<List<String>> columns,
    List<String> modelColumns,
    List<String> modelClasses,
    boolean parseStrings,
    double errorBudget,
    boolean force,
    boolean json) {

  /** What to read, before it is frozen. */
  record InputSettings(
      InputFormat format,
      List<String> paths,
      Optional<String> schema,
      Map<String, String> options,
      Optional<Long> version) {}

  /** The table that holds what could not be scored. */
  String quarantinePath() {
    return outputPath + "_quarantine";
  }

  String job() {
    return night.job();
  }

  LocalDate date() {
    return night.date();
  }
}
