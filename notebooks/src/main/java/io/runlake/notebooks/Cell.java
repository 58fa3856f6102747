package io.runlake.notebooks;

/**
 * A cell of a notebook.
 *
 * @param number counted from 1 over all cells
 * @param line the line on which its text begins, from 1: of the source, or, where a source is no
 *     text with lines, of the cell
 * @param text without the comment marks and the magic of the format
 */
record Cell(int number, int line, Kind kind, String text) {
  /** What a cell is written in. */
  enum Kind {
    MARKDOWN("markdown", "Markdown"),
    SCALA("scala", "Scala"),
    JAVA("java", "Java"),
    SQL("sql", "SQL");

    private final String label;
    private final String title;

    Kind(String label, String title) {
      this.label = label;
      this.title = title;
    }

    String label() {
      return label;
    }

    String title() {
      return title;
    }
  }
}
