package io.runlake.spark;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps errors of ours away from the user's job: the first is one warning, the third switches
 * autologging off for the rest of the application.
 */
final class Guard {
  private static final Logger LOG = LoggerFactory.getLogger("io.runlake.spark.Autolog");
  private static final int ENOUGH = 3;
  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private Guard() {}

  /** Whether autologging was switched off after too many errors. */
  static boolean off() {
    return FAILURES.get() >= ENOUGH;
  }

  /** How many errors there were. */
  static int failures() {
    return FAILURES.get();
  }

  /**
   * Something of ours failed.
   *
   * @param what what was not done, as in "the run of a fit could not be started"
   */
  static void failed(String what, Throwable error) {
    try {
      int count = FAILURES.incrementAndGet();
      if (count == 1) {
        LOG.warn(
            "Runlake: {} ({}). Fits are not touched and go on; after {} such errors Runlake stops"
                + " logging in this application. The cause is logged at level DEBUG.",
            what,
            firstLine(error),
            ENOUGH);
      }
      LOG.debug("Runlake: {}", what, error);
    } catch (Throwable nothingMoreToDo) {
      // The log itself failed, or memory ran out; the user's job is what counts.
    }
  }

  /** As {@link #failed}, where tracking has told the user already. */
  static void failedAndTold(String what, Throwable error) {
    FAILURES.incrementAndGet();
    LOG.debug("Runlake: {}", what, error);
  }

  /** Something that the user should know, said once in this application. */
  static void say(String topic, String message) {
    if (SAID.add(topic)) {
      LOG.warn("Runlake: {}", message);
    }
  }

  /** A new application starts with a clean slate. */
  static void reset() {
    FAILURES.set(0);
    SAID.clear();
  }

  static String firstLine(Throwable error) {
    String text = String.valueOf(error);
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
