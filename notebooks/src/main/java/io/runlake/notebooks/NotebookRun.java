package io.runlake.notebooks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Executes the cells of a notebook in order, and stops at the first that fails. */
final class NotebookRun {
  /** A cell failed: which, where and why. The cells after it were not run. */
  static final class Stopped extends Exception {
    private final Cell cell;
    private final List<Output> outputs;

    Stopped(Notebook notebook, Cell cell, List<Output> outputs, CellFailure failure) {
      super(
          "Cell %d (%s) of %s failed at line %d:%n%s%nThe cell:%n%s"
              .formatted(
                  cell.number(),
                  cell.kind().label(),
                  notebook.name(),
                  failure.lineOfSource(cell),
                  failure.getMessage(),
                  cell.text().indent(2).stripTrailing()),
          failure);
      this.cell = cell;
      this.outputs = outputs;
    }

    Cell cell() {
      return cell;
    }

    /** What the cell had shown before it failed. */
    List<Output> outputs() {
      return outputs;
    }
  }

  private final Map<Cell.Kind, CellRunner> runners;
  private final Outputs outputs;

  /**
   * @param runners for every kind that has something to execute; others are passed over
   */
  NotebookRun(Map<Cell.Kind, CellRunner> runners, Outputs outputs) {
    this.runners = Map.copyOf(runners);
    this.outputs = outputs;
  }

  /**
   * Executes a notebook.
   *
   * @param progress hears of each cell that was executed
   * @return all its cells
   */
  List<Executed> run(Notebook notebook, Consumer<Executed> progress) throws Stopped {
    List<Executed> all = new ArrayList<>();
    for (Cell cell : notebook.cells()) {
      Executed executed = run(notebook, cell);
      all.add(executed);
      progress.accept(executed);
    }
    return all;
  }

  private Executed run(Notebook notebook, Cell cell) throws Stopped {
    CellRunner runner = runners.get(cell.kind());
    if (runner == null) {
      return new Executed(cell, List.of(), Duration.ZERO);
    }
    long begin = System.nanoTime();
    try {
      runner.run(cell, outputs);
    } catch (CellFailure failure) {
      throw new Stopped(notebook, cell, outputs.take(), failure);
    }
    return new Executed(cell, outputs.take(), Duration.ofNanos(System.nanoTime() - begin));
  }
}
