package io.runlake.store;

/** The full state of something after a change. */
public sealed interface StateRow permits ExperimentRow, RegistryRow {
  /** What it is the state of. */
  Object key();

  /** The number of the change that wrote it; counts the changes of the whole table. */
  long revision();
}
