package io.runlake.report;

import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values after RFC 4180, with a line of column names and LF at line ends. */
public final class Csv {
  private Csv() {}

  /**
   * The text of a table. Numbers are written as Java does, so that they read back exactly; missing
   * values are empty.
   *
   * @param rows each as long as the columns; null is a missing value
   */
  public static String text(List<String> columns, Iterable<? extends List<?>> rows) {
    StringBuilder text = new StringBuilder(line(columns));
    for (List<?> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "A row of " + row.size() + " values does not fit the columns " + columns + ": " + row);
      }
      text.append(line(row));
    }
    return text.toString();
  }

  private static String line(List<?> values) {
    return values.stream().map(Csv::quoted).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quoted(Object value) {
    String text = value == null ? "" : value.toString();
    boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
