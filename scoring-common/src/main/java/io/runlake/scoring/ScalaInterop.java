package io.runlake.scoring;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.execution.QueryExecution;
import scala.Option;
import scala.Tuple2;

/** The calls whose types are Scala's. */
final class ScalaInterop {
  private ScalaInterop() {}

  /** The newest snapshot; its version is -1 if there is no table. */
  static Snapshot newest(DeltaLog log) {
    return log.update(false, Option.empty(), Option.empty());
  }

  /** Where a transaction id stands; empty if it was never written. */
  static OptionalLong findTransaction(Snapshot snapshot, String applicationId) {
    Optional<?> version = optional(snapshot.transactions().get(applicationId));
    return version.isPresent()
        ? OptionalLong.of(((Number) version.get()).longValue())
        : OptionalLong.empty();
  }

  /** The row of an observation; empty if the query had none of that name. */
  static Optional<Row> observed(QueryExecution query, String observation) {
    return optional(query.observedMetrics().get(observation));
  }

  /** The settings that begin with a prefix, without it. */
  static Map<String, String> withPrefix(SparkConf conf, String prefix) {
    Map<String, String> found = new TreeMap<>();
    for (Tuple2<String, String> entry : conf.getAll()) {
      if (entry._1().startsWith(prefix)) {
        found.put(entry._1().substring(prefix.length()), entry._2());
      }
    }
    return found;
  }

  /** Runs work with a session as the active one of this thread, and puts back the one before. */
  static <T> T withActive(SparkSession session, Supplier<T> work) {
    Option<SparkSession> before = SparkSession.getActiveSession();
    SparkSession.setActiveSession(session);
    try {
      return work.get();
    } finally {
      if (before.isDefined()) {
        SparkSession.setActiveSession(before.get());
      } else {
        SparkSession.clearActiveSession();
      }
    }
  }

  private static <T> Optional<T> optional(Option<T> option) {
    return option.isEmpty() ? Optional.empty() : Optional.ofNullable(option.get());
  }
}
