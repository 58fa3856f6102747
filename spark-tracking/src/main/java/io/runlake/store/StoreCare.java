package io.runlake.store;

import java.util.List;

/** The tables of a store as its operator sees them. Reads what is durable; thread-safe. */
public interface StoreCare {
  /**
   * Looks that every table that is there has the version of the format that this Runlake knows, for
   * those who read the tables themselves.
   *
   * @throws StoreException of kind CORRUPT, naming the table and its version
   */
  void requireFormat();

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

  /**
   * Takes the tables to the version of the format that this Runlake writes. Each table is changed
   * by commits that are there or not; an upgrade that was cut off is completed by another one.
   *
   * @param dryRun whether only to say what would be done
   * @return what was done, in order; nothing if every table is at that version
   * @throws StoreException of kind INVALID if no way leads from a table's version to it; nothing is
   *     changed then
   */
  List<TableUpgrade> upgrade(boolean dryRun);
}
