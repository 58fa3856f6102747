package io.runlake.scoring;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.util.QueryExecutionListener;

/**
 * Counts rows in the pass that computes them anyway, by Spark's named observations. Never by {@code
 * Observation} objects: one of them makes later transforms of some MLlib models in the session fail
 * with "Task not serializable".
 */
public final class ObservedCounts implements QueryExecutionListener, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SparkSession spark;
  private final Map<String, CompletableFuture<Long>> wanted = new ConcurrentHashMap<>();
  private final AtomicInteger names = new AtomicInteger();

  /** Listens to the queries of one session until closed. */
  public ObservedCounts(SparkSession spark) {
    this.spark = spark;
    spark.listenerManager().register(this);
  }

  /** A frame whose rows are counted when it is computed, and the count to come. */
  public record Counted(Dataset<Row> rows, String name, CompletableFuture<Long> answer) {}

  /**
   * A frame that counts its rows.
   *
   * @param what part of the name of the observation
   */
  public Counted count(Dataset<Row> rows, String what) {
    return count(rows, what, functions.lit(true));
  }

  /**
   * A frame that counts those of its rows that meet a condition; the others stay in it.
   *
   * @param what part of the name of the observation
   */
  public Counted count(Dataset<Row> rows, String what, Column condition) {
    String name = "runlake_" + what + "_" + names.incrementAndGet();
    CompletableFuture<Long> answer = new CompletableFuture<>();
    wanted.put(name, answer);
    return new Counted(
        rows.observe(name, functions.count(functions.when(condition, 1)).as("rows")), name, answer);
  }

  /** The count, once the query has run; Spark tells it on another thread a little later. */
  public long await(Counted counted) {
    try {
      return counted.answer().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new JobException(
          ExitCode.FAILED,
          "Spark did not tell how many rows it counted ("
              + counted.name()
              + ") within "
              + PATIENCE.toSeconds()
              + " s; without the count the result cannot be verified. Its listener bus may be"
              + " overloaded: see spark.scheduler.listenerbus.eventqueue.capacity.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException(ExitCode.FAILED, "Interrupted while waiting for counts.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many counts are still to come. */
  int waiting() {
    return wanted.size();
  }

  @Override
  public void onSuccess(String function, QueryExecution query, long nanoseconds) {
    wanted.forEach(
        (name, count) ->
            ScalaInterop.observed(query, name)
                .ifPresent(
                    row -> {
                      // A stream counts for years: what is answered is forgotten.
                      wanted.remove(name);
                      count.complete(row.getLong(0));
                    }));
  }

  @Override
  public void onFailure(String function, QueryExecution query, Exception error) {
    // The write itself throws on the thread that called it.
  }

  @Override
  public void close() {
    spark.listenerManager().unregister(this);
  }
}
