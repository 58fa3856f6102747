package io.runlake.notebooks;

import java.util.List;

/** Something that a cell has shown. */
sealed interface Output {
  /** What it printed. */
  record Printed(String text) implements Output {}

  /** The names, types and values of what it defined, as the interpreter tells them. */
  record Defined(String text) implements Output {}

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
