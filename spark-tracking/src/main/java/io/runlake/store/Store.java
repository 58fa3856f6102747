package io.runlake.store;

/**
 * One root with its tables and artifacts. Opening writes nothing: tables are created with their
 * first change. Thread-safe.
 */
public interface Store extends AutoCloseable {
  /** The canonical URI of the root, without the leading {@code delta:}. */
  String root();

  /** Whether tables of ours stand at the root. */
  boolean exists();

  RunStore runs();

  StateTable<ExperimentRow> experiments();

  StateTable<RegistryRow> registry();

  AlertLog alerts();

  ArtifactStore artifacts();

  /** Put-if-absent at any path that this process can reach, not only below the root. */
  PutIfAbsent claims();

  /** The tables themselves, for whoever keeps the store in order. */
  StoreCare care();

  /** What happened to the appends of this process so far. */
  Counters counters();

  /**
   * Returns when everything that was queued before the call is durable or has failed; failures go
   * to those who queued it.
   */
  void flush();

  /** Flushes and ends the threads of this store. Closing again does nothing. */
  @Override
  void close();

  /**
   * Batches of this process: every batch that was given is accepted or shed, and every accepted one
   * is stored, failed, or still waits.
   *
   * @param accepted taken into the queue
   * @param stored durable
   * @param failed given back to their callers with an error
   * @param shed turned away with an error, because there was no room in time or the store was
   *     closed
   */
  record Counters(long accepted, long stored, long failed, long shed) {}
}
