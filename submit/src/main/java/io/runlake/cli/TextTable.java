package io.runlake.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows of text under headings, in columns as wide as what stands in them. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... headings) {
    this.headings = List.of(headings);
  }

  /** Adds a row; control characters in cells become spaces, so that a row stays a line. */
  TextTable row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells under " + headings.size() + " headings");
    }
    List<String> row = new ArrayList<>(cells.length);
    for (String cell : cells) {
      row.add(Texts.printable(cell));
    }
    rows.add(row);
    return this;
  }

  /** The table, each line ended; "(none)" where there is no row. */
  @Override
  public String toString() {
    if (rows.isEmpty()) {
      return "(none)" + System.lineSeparator();
    }
    int[] widths = new int[headings.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = headings.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    StringBuilder text = new StringBuilder();
    append(text, headings, widths);
    rows.forEach(row -> append(text, row, widths));
    return text.toString();
  }

  private static void append(StringBuilder text, List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      line.append(column == 0 ? "" : GAP)
          .append(cell)
          .append(" ".repeat(widths[column] - length(cell)));
    }
    text.append(line.toString().stripTrailing()).append(System.lineSeparator());
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
