package io.runlake.sql;

import java.util.List;
import java.util.function.UnaryOperator;

/** The views of a store for an engine. */
public final class StoreViews {
  private StoreViews() {}

  /**
   * The views, in an order in which they can be created.
   *
   * @param tables what stands in a query for a table, such as {@code runs}, by its name
   */
  public static List<StoreView> of(Engine engine, UnaryOperator<String> tables) {
    return switch (engine) {
      case SPARK -> new SparkViews(tables).all();
      case TRINO, DUCKDB -> throw new UnsupportedOperationException();
    };
  }

  /**
   * The current state of runs, a row each, in the shape of the table {@code runs}, as Spark SQL:
   * settled rows as they are, but for those of runs that were changed since, which are merged with
   * their changes.
   *
   * @param table what stands in the query for the table
   */
  public static String currentRuns(String table) {
    return SparkViews.currentRuns(table);
  }
}
