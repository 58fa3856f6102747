package io.runlake.spark;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps errors of ours away from the user's job: the first is one warning, the third switches
 * autologging off for the rest of the application. What only comes late is no error.
 */
final class Guard {
  private static final Logger LOG = LoggerFactory.getLogger("io.runlake.spark.Autolog");
  private static final int ENOUGH = 3;
  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static final AtomicBoolean TOLD = new AtomicBoolean();
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private Guard() {}

  /** Whether autologging is off: for good after too many errors, or while too much hangs. */
  static boolean off() {
    return FAILURES.get() >= ENOUGH || TimeBudget.tooManyLeft();
  }

  /** How many errors there were. */
  static int failures() {
    return FAILURES.get();
  }

  /**
   * Something of ours failed. Never throws.
   *
   * @param what what was not done, as in "the run of a fit could not be started"
   */
  static void failed(String what, Throwable error) {
    if (error instanceof TimeBudget.Late) {
      late(what, error);
      return;
    }
    try {
      FAILURES.incrementAndGet();
      if (TOLD.compareAndSet(false, true)) {
        LOG.warn(
            "Runlake: {} ({}). Fits are not touched and go on; after {} such errors Runlake stops"
                + " logging in this application, and {}. The cause is logged at level DEBUG.",
            what,
            firstLine(error),
            ENOUGH,
            whereKept());
      }
      LOG.debug("Runlake: {}", what, error);
    } catch (Throwable nothingMoreToDo) {
      // The log itself failed, or memory ran out; the user's job is what counts.
    }
  }

  /**
   * Something is not done in time, and goes on: nothing is lost so far, so that a warning of what
   * is lost comes after it all the same. Never throws.
   */
  private static void late(String what, Throwable wait) {
    try {
      if (SAID.add("late") && !TOLD.get()) {
        LOG.warn(
            "Runlake: {} in time ({}). Fits do not wait for it any more; it is done as soon as it"
                + " can be.",
            what,
            firstLine(wait));
      } else {
        LOG.debug("Runlake: {} in time", what, wait);
      }
    } catch (Throwable nothingMoreToDo) {
      // As above.
    }
  }

  /** Storage is slow, which is no error: it may answer again. */
  static void slow(String what) {
    if (TOLD.compareAndSet(false, true)) {
      LOG.warn("Runlake: {}; {}.", what, whereKept());
    } else {
      LOG.debug("Runlake: {}", what);
    }
  }

  /** From now on the user knows the folder. */
  private static String whereKept() {
    SAID.add("kept");
    return TrackingTarget.whereKept();
  }

  /** As {@link #failed}, where tracking has told the user already, with the file that keeps it. */
  static void failedAndTold(String what, Throwable error) {
    TOLD.set(true);
    SAID.add("kept");
    failed(what, error);
  }

  /** A fact that did not get into its run. Only the first counts: the rest of the run is there. */
  static void lost(String what, Throwable error) {
    if (SAID.add("lost")) {
      failed(what, error);
    } else {
      LOG.debug("Runlake: {}", what, error);
    }
  }

  /** Something that the user should know, said once in this application. */
  static void say(String topic, String message) {
    if (SAID.add(topic)) {
      LOG.warn("Runlake: {}", message);
    }
  }

  /** In which file something is kept: a warning, unless one has told the folder. Never lost. */
  static void kept(String what) {
    if (SAID.add("kept")) {
      LOG.warn("Runlake: {}", what);
    } else {
      LOG.info("Runlake: {}", what);
    }
  }

  /** A new application starts with a clean slate. */
  static void reset() {
    FAILURES.set(0);
    TOLD.set(false);
    SAID.clear();
  }

  /** What an error says, on one line; never throws. */
  static String firstLine(Throwable error) {
    String text;
    try {
      text = String.valueOf(error);
    } catch (Throwable wordless) {
      text = error.getClass().getName();
    }
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
