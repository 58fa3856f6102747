package io.runlake.notebooks;

import java.util.List;

/** Something that a cell has shown. */
sealed interface Output {
  /** What it printed, and the values of its expressions. */
  record Printed(String text) implements Output {}

  /** The value of the last expression, as text. */
  record Value(String text) implements Output {}

  /** A picture, as SVG. */
  record Picture(String svg) implements Output {
    public Picture {
      if (!svg.startsWith("<svg")) {
        throw new IllegalArgumentException(
            "Only a picture in SVG can be shown here, a text that begins with '<svg'.");
      }
    }
  }

  /** What it defined: names with their types, as the interpreter tells them. */
  record Defined(List<String> names) implements Output {}

  /**
   * A table.
   *
   * @param rows the values as text; null where there is none
   * @param more whether the frame has more rows than these
   */
  record Table(List<Column> columns, List<List<String>> rows, boolean more) implements Output {
    /** A column, and whether its values are numbers. */
    record Column(String name, boolean numeric) {}
  }
}
