package io.runlake.scoring.streaming;

import io.runlake.flavor.ModelUri;
import io.runlake.scoring.InputFormat;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a job was told, checked and complete; see {@link Setting} for the meanings.
 *
 * @param interval between batches; empty to do what is there and end
 */
record StreamSettings(
    String job,
    ModelUri model,
    Optional<String> store,
    String experiment,
    InputSettings input,
    String outputPath,
    String checkpoint,
    Optional<String> interval,
    Optional<List<String>> columns,
    List<String> modelColumns,
    List<String> modelClasses,
    boolean parseStrings,
    double errorBudget,
    Duration stopTimeout,
    boolean json) {

  /** What to read. */
  record InputSettings(
      InputFormat format,
      String path,
      Optional<String> schema,
      Map<String, String> options,
      Optional<Integer> maxFiles,
      Optional<String> maxBytes) {

    /** An option by its name, whatever its case. */
    Optional<String> option(String name) {
      return options.entrySet().stream()
          .filter(entry -> entry.getKey().equalsIgnoreCase(name))
          .map(Map.Entry::getValue)
          .findFirst();
    }

    boolean isSet(String name) {
      return option(name).filter(value -> value.equalsIgnoreCase("true")).isPresent();
    }
  }
}
