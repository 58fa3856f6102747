package io.runlake.flavor;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Makes a session the thread's own for a while. MLlib's readers and writers of stages ask for the
 * thread's session, and would start a new one where they find none.
 */
final class SessionScope implements AutoCloseable {
  private final Optional<SparkSession> before;

  SessionScope(SparkSession session) {
    before = ScalaInterop.threadSession();
    SparkSession.setActiveSession(session);
  }

  @Override
  public void close() {
    if (before.isPresent()) {
      SparkSession.setActiveSession(before.get());
    } else {
      SparkSession.clearActiveSession();
    }
  }
}
