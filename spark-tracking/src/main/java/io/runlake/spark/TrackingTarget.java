package io.runlake.spark;

import io.runlake.spool.Spool;
import io.runlake.spool.SpoolingStore;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * The stores that autologging of this JVM writes to, by tracking URI; opened with the first run.
 * What a store does not take until the application ends is kept in a file.
 */
final class TrackingTarget {
  /** A store, and what stands between it and the runs. */
  private record Target(String uri, Runlake runlake, SpoolingStore store) {}

  private static final Map<String, Target> OPEN = new HashMap<>();
  private static volatile Path spoolFolder = Path.of(System.getProperty("java.io.tmpdir"));

  private TrackingTarget() {}

  /** Where files are made for what stores do not take. */
  static void spoolInto(Path folder) {
    spoolFolder = folder;
  }

  /** What becomes of what a store does not take. */
  static String whereKept() {
    return "what the store does not take until the application ends is kept in "
        + spoolFolder
        + " for 'runlake store recover'";
  }

  /**
   * The store of that URI; touches no storage.
   *
   * @param fileSystem settings of the file system by their Hadoop names
   * @param flushInterval how long what is logged may wait; that of who opens the store first holds
   */
  static Runlake open(String trackingUri, Map<String, String> fileSystem, Duration flushInterval) {
    synchronized (OPEN) {
      return OPEN.computeIfAbsent(trackingUri, uri -> target(uri, fileSystem, flushInterval))
          .runlake();
    }
  }

  /** The store of a session, opened when it is asked for; empty if none is named. */
  static Optional<Supplier<Runlake>> of(SparkSession session, AutologSettings settings) {
    Map<String, String> fileSystem = SparkTags.fileSystem(session);
    return settings.trackingUri().map(uri -> () -> open(uri, fileSystem, settings.flushInterval()));
  }

  private static Target target(String uri, Map<String, String> fileSystem, Duration flushInterval) {
    StoreOptions options = StoreOptions.defaults().withFileSystem(fileSystem);
    Path file = spoolFolder.resolve("runlake-spool-" + UUID.randomUUID() + ".jsonl");
    SpoolingStore store = new SpoolingStore(() -> Stores.open(uri, options), file);
    RunlakeOptions runs = RunlakeOptions.defaults().withFlushEvery(atLeastOneMilli(flushInterval));
    return new Target(uri, Runlake.over(store, runs), store);
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

  private static List<Target> all() {
    synchronized (OPEN) {
      return new ArrayList<>(OPEN.values());
    }
  }

  /** Writes all that was logged; a store that does not take it is given up. */
  static void flushAll() {
    all().forEach(TrackingTarget::flush);
  }

  private static void flush(Target target) {
    try {
      target.runlake().flush();
    } catch (Throwable e) {
      Guard.failedAndTold("not everything that was logged could be written", e);
      target.store().giveUp();
    }
  }

  /** Gives all stores up: who waits for one of them goes on, and nothing waits for one again. */
  static void giveUpAll() {
    all().forEach(target -> target.store().giveUp());
  }

  /** Closes all, which flushes them, and keeps in files what they did not take. */
  static void closeAll() {
    List<Target> closing;
    synchronized (OPEN) {
      closing = new ArrayList<>(OPEN.values());
      OPEN.clear();
    }
    for (Target target : closing) {
      try {
        flush(target);
        target.runlake().close();
        target.store().finish().ifPresent(spool -> tell(target, spool));
        target.store().close();
      } catch (Throwable e) {
        Guard.failed("not everything that was logged could be written", e);
      }
    }
  }

  private static void tell(Target target, Spool spool) {
    Guard.kept(
        "what was logged of "
            + spool.runs().size()
            + " runs could not be written to "
            + target.uri()
            + " before the application ended; it is kept in "
            + target.store().file()
            + ", and written by: runlake store recover "
            + target.store().file());
  }
}
