package io.runlake.notebooks;

/** Executes the cells of one kind; the cells of a notebook see what those before them made. */
interface CellRunner {
  /**
   * Executes a cell.
   *
   * @throws CellFailure if it does not compile, is refused or throws
   */
  void run(Cell cell, Outputs outputs) throws CellFailure;
}
