package io.runlake.scoring;

import io.runlake.text.NearestMatch;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The formats that scoring jobs read. */
public enum InputFormat {
  DELTA,
  PARQUET,
  CSV,
  /** One JSON object in each line. */
  JSON;

  /** The name in the settings and for Spark's readers. */
  public String sparkName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a row is a line of text, which may not parse. */
  public boolean lines() {
    return this == CSV || this == JSON;
  }

  /**
   * The format of that name.
   *
   * @throws IllegalArgumentException if it is none of those that the job reads
   */
  public static InputFormat parse(String text, Set<InputFormat> known) {
    List<String> names = known.stream().sorted().map(InputFormat::sparkName).toList();
    if (!names.contains(text.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "the formats are " + String.join(", ", names) + NearestMatch.hint(text, names));
    }
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
