package io.runlake.store;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;

/**
 * How a store is opened.
 *
 * @param clock what time it is
 * @param queueBytes about how much memory the changes that wait to be written may take; who appends
 *     more waits for room
 * @param fileSystem settings of the file system by their Hadoop names
 */
public record StoreOptions(Clock clock, long queueBytes, Map<String, String> fileSystem) {
  private static final long LEAST = 4L << 20;
  private static final long MOST = 64L << 20;

  public StoreOptions {
    Objects.requireNonNull(clock, "clock");
    if (queueBytes < 1) {
      throw new IllegalArgumentException("queueBytes must be at least 1: " + queueBytes);
    }
    fileSystem = Map.copyOf(fileSystem);
  }

  /**
   * The system's clock, a sixteenth of the greatest heap but 4 to 64 MB, the file system's own
   * defaults.
   */
  public static StoreOptions defaults() {
    long share = Runtime.getRuntime().maxMemory() / 16;
    return new StoreOptions(Clock.systemUTC(), Math.max(LEAST, Math.min(MOST, share)), Map.of());
  }

  public StoreOptions withClock(Clock value) {
    return new StoreOptions(value, queueBytes, fileSystem);
  }

  public StoreOptions withQueueBytes(long value) {
    return new StoreOptions(clock, value, fileSystem);
  }

  public StoreOptions withFileSystem(Map<String, String> value) {
    return new StoreOptions(clock, queueBytes, value);
  }
}
