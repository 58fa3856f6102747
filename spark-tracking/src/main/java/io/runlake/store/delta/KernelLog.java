package io.runlake.store.delta;

/**
 * Keeps Kernel from warning, at every read of a young table, that it has no checkpoint yet. A
 * user's job would get dozens of lines that mean nothing. Kernel is relocated in Runlake's jar, so
 * the logger is ours alone there.
 */
final class KernelLog {
  private static final String CHATTY = "io.delta.kernel.internal.snapshot.SnapshotManager";

  private KernelLog() {}

  /** Raises the logger's level where Log4j 2 writes the log, as in Spark; else does nothing. */
  static void quiet() {
    try {
      Class<?> level = Class.forName("org.apache.logging.log4j.Level");
      Class.forName("org.apache.logging.log4j.core.config.Configurator")
          .getMethod("setLevel", String.class, level)
          .invoke(null, CHATTY, level.getField("ERROR").get(null));
    } catch (ReflectiveOperationException | LinkageError | RuntimeException otherLog) {
      // Another logging library, or none: its user decides.
    }
  }
}
