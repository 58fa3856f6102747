package io.runlake.maintenance;

import static org.apache.spark.sql.functions.udf;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/** Does something once, at the moment when Spark computes the first row of a query. */
final class Meanwhile {
  private static final AtomicReference<Runnable> NEXT = new AtomicReference<>();

  private Meanwhile() {}

  static void next(Runnable work) {
    NEXT.set(work);
  }

  static boolean done() {
    return NEXT.get() == null;
  }

  /** The same text, after the work is done. */
  static Column passing(Column text) {
    UDF1<String, String> passing =
        value -> {
          Runnable work = NEXT.getAndSet(null);
          if (work != null) {
            // Not on the thread of the task, which has its place in another query.
            CompletableFuture.runAsync(work).join();
          }
          return value;
        };
    return udf(passing, DataTypes.StringType).asNondeterministic().apply(text);
  }
}
