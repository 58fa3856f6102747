package io.runlake.scoring.batch;

import io.runlake.scoring.JobException;
import io.runlake.scoring.LineFormat;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * What the header of a CSV file says about the order of its columns. Spark reads CSV by position
 * and lets a header that says otherwise pass with a warning in a log, so that a column would be
 * scored as another.
 *
 * @param names as the reader's options make them of the first line; empty for an empty file
 */
record CsvHeader(String file, List<String> names) {
  private static final String ENFORCE = "enforceSchema";

  CsvHeader {
    names = List.copyOf(names);
  }

  /** The header of a file, in one small Spark job; empty if the options say that there is none. */
  static Optional<CsvHeader> of(SparkSession spark, Map<String, String> options, String file) {
    if (!Boolean.parseBoolean(option(options, "header").orElse("false"))
        || option(options, ENFORCE).isPresent()) {
      return Optional.empty();
    }
    Map<String, String> plain = new HashMap<>(options);
    plain.keySet().removeIf(key -> key.equalsIgnoreCase("inferSchema"));
    return Optional.of(
        new CsvHeader(file, Arrays.asList(spark.read().options(plain).csv(file).columns())));
  }

  /** Options of readers have no case. */
  private static Optional<String> option(Map<String, String> options, String name) {
    return options.entrySet().stream()
        .filter(option -> option.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /**
   * What the reader is told beside its options: where this header is that of the schema, Spark is
   * to check that the other files have it too. Where they differ in number or names, the schema is
   * taken at its word.
   *
   * @throws JobException BAD_INPUT if the header names a column of the schema at another position
   */
  Map<String, String> check(LineFormat format) {
    List<String> wanted =
        Arrays.stream(format.schema().fieldNames())
            .filter(name -> !name.equals(format.corruptColumn()))
            .toList();
    if (names.size() != wanted.size()) {
      return Map.of();
    }
    boolean same = true;
    for (int i = 0; i < wanted.size(); i++) {
      String name = names.get(i);
      if (!name.equalsIgnoreCase(wanted.get(i))) {
        same = false;
        if (wanted.stream().anyMatch(name::equalsIgnoreCase)) {
          throw misplaced(i, wanted);
        }
      }
    }
    return same ? Map.of(ENFORCE, "false") : Map.of();
  }

  private JobException misplaced(int position, List<String> wanted) {
    return JobException.badInput(
        "Column "
            + (position + 1)
            + " of "
            + file
            + " is called '"
            + names.get(position)
            + "' and is '"
            + wanted.get(position)
            + "' in input.schema. CSV is read by position: write input.schema in the order of the"
            + " file, "
            + names
            + ", or set input.options.enforceSchema to true to go by the schema nevertheless.");
  }
}
