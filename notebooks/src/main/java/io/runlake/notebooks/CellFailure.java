package io.runlake.notebooks;

/** A cell that failed. */
final class CellFailure extends Exception {
  private final int lineOfCell;

  /**
   * @param lineOfCell the line of the cell's text, from 1; the first where none is known
   * @param message what the compiler, the program or Spark said
   */
  CellFailure(int lineOfCell, String message, Throwable cause) {
    super(message, cause);
    this.lineOfCell = lineOfCell;
  }

  /** The line of the source that the failure is told of. */
  int lineOfSource(Cell cell) {
    return cell.line() + lineOfCell - 1;
  }
}
