package io.runlake.notebooks;

/**
 * A cell of a notebook.
 *
 * @param number counted from 1 over all cells
 * @param line the line of the source on which its text begins, from 1
 * @param text without the comment marks and the magic of the format
 */
record Cell(int number, int line, Kind kind, String text) {
  /** What a cell is written in. */
  enum Kind {
    MARKDOWN("markdown"),
    SCALA("scala"),
    SQL("sql");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }
}
