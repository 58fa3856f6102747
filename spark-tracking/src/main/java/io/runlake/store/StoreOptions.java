package io.runlake.store;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;

/**
 * How a store is opened.
 *
 * @param clock what time it is
 * @param queueCapacity how many batches may wait before a caller of append waits too
 * @param fileSystem settings of the file system by their Hadoop names
 */
public record StoreOptions(Clock clock, int queueCapacity, Map<String, String> fileSystem) {
  public StoreOptions {
    Objects.requireNonNull(clock, "clock");
    if (queueCapacity < 1) {
      throw new IllegalArgumentException("queueCapacity must be at least 1: " + queueCapacity);
    }
    fileSystem = Map.copyOf(fileSystem);
  }

  /** The system's clock, 10,000 batches, the file system's own defaults. */
  public static StoreOptions defaults() {
    return new StoreOptions(Clock.systemUTC(), 10_000, Map.of());
  }

  public StoreOptions withClock(Clock value) {
    return new StoreOptions(value, queueCapacity, fileSystem);
  }

  public StoreOptions withFileSystem(Map<String, String> value) {
    return new StoreOptions(clock, queueCapacity, value);
  }
}
