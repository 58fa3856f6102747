package io.runlake.flavor;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** The only class of this module that sees Scala's library. */
final class ScalaInterop {
  private ScalaInterop() {}

  /** The session of this thread or the default one, if its context still runs. Starts none. */
  static Optional<SparkSession> liveSession() {
    return optional(SparkSession.getActiveSession())
        .filter(ScalaInterop::lives)
        .or(() -> optional(SparkSession.getDefaultSession()).filter(ScalaInterop::lives));
  }

  /** The session that this thread has been given, if any. */
  static Optional<SparkSession> threadSession() {
    return optional(SparkSession.getActiveSession());
  }

  /** The version of the Scala library that runs, as in {@code 2.13.17}. */
  static String scalaVersion() {
    return scala.util.Properties.versionNumberString();
  }

  private static boolean lives(SparkSession session) {
    return !session.sparkContext().isStopped();
  }

  private static <T> Optional<T> optional(scala.Option<T> option) {
    return option.isDefined() ? Optional.of(option.get()) : Optional.empty();
  }
}
