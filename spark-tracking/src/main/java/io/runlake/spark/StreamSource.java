package io.runlake.spark;

import io.runlake.text.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * What a streaming query reads, in the words of its sources: {@code FileStreamSource[file:/in]}.
 * The frame of a micro-batch no longer knows; the plan of the query, which is not public, does.
 */
final class StreamSource {
  /** In the plan of a query: what a source of the first and of the second API is called. */
  private static final List<String> SOURCES = List.of("source", "stream");

  private StreamSource() {}

  /** Empty if this Spark does not tell. */
  static Optional<String> of(SparkSession session, String queryId) {
    try {
      Object running =
          SparkCompat.call(SparkCompat.call(session, "sharedState"), "activeStreamingQueries");
      Object query = ((Map<?, ?>) running).get(UUID.fromString(queryId));
      List<String> sources = new ArrayList<>();
      ScalaInterop.visit(
          (LogicalPlan) SparkCompat.call(query, "logicalPlan"),
          node ->
              SOURCES.stream()
                  .filter(name -> SparkCompat.has(node, name))
                  .map(name -> String.valueOf(SparkCompat.call(node, name)))
                  .forEach(sources::add));
      return sources.isEmpty()
          ? Optional.empty()
          : Optional.of(Redaction.text(String.join(", ", sources)));
    } catch (RuntimeException | LinkageError notTold) {
      return Optional.empty();
    }
  }
}
