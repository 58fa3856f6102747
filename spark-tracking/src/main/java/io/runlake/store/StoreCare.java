package io.runlake.store;

import java.util.List;

/** The tables of a store as its operator sees them. Reads what is durable; thread-safe. */
public interface StoreCare {
  /**
   * What the tables hold, in the order of the format; a table that is not there yet is left out.
   */
  List<TableStats> tables();

  /** How many runs there are; reads all rows of {@code runs}, but of their columns a few only. */
  RunCounts runs();

  /**
   * Examines the tables: log, files, properties, and row by row what must hold among {@code runs}
   * and {@code metrics}. What cannot be read is a finding and no exception. Changes nothing; other
   * processes may write meanwhile.
   */
  void check(Checkup checkup);
}
