package io.runlake.spark;

import io.runlake.store.StoreOptions;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * The stores that autologging of this JVM writes to, by tracking URI; opened with the first run.
 */
final class TrackingTarget {
  private static final Map<String, Runlake> OPEN = new HashMap<>();

  private TrackingTarget() {}

  /**
   * The store of that URI. Called on {@link Backstage} only.
   *
   * @param fileSystem settings of the file system by their Hadoop names
   * @param flushInterval how long what is logged may wait; that of who opens the store first holds
   */
  static Runlake open(String trackingUri, Map<String, String> fileSystem, Duration flushInterval) {
    synchronized (OPEN) {
      return OPEN.computeIfAbsent(
          trackingUri,
          uri ->
              Runlake.open(
                  uri,
                  StoreOptions.defaults().withFileSystem(fileSystem),
                  RunlakeOptions.defaults().withFlushEvery(atLeastOneMilli(flushInterval))));
    }
  }

  /** The store of a session, opened when it is asked for; empty if none is named. */
  static Optional<Supplier<Runlake>> of(SparkSession session, AutologSettings settings) {
    Map<String, String> fileSystem = SparkTags.fileSystem(session);
    return settings.trackingUri().map(uri -> () -> open(uri, fileSystem, settings.flushInterval()));
  }

  private static Duration atLeastOneMilli(Duration time) {
    return time.isZero() ? Duration.ofMillis(1) : time;
  }

  /**
   * The tracking URI of a session, for what needs one.
   *
   * @throws IllegalStateException if no store is named
   */
  static String of(SparkSession spark) {
    return Fits.settings(spark, true)
        .trackingUri()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No store is named, and on a master that is not local there is no default:"
                        + " set "
                        + AutologSetting.TRACKING_URI.key()
                        + ", or call the method that takes the tracking URI."));
  }

  /** Closes all, which flushes them. */
  static void closeAll() {
    List<Runlake> all;
    synchronized (OPEN) {
      all = new ArrayList<>(OPEN.values());
      OPEN.clear();
    }
    for (Runlake runlake : all) {
      try {
        runlake.close();
      } catch (RuntimeException e) {
        Guard.failedAndTold("not everything that was logged could be written", e);
      }
    }
  }
}
