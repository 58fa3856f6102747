package io.runlake.sql;

/** What runs the SQL. */
public enum Engine {
  /** Spark with Delta, 3.5 and later. */
  SPARK,
  /** Trino with its Delta connector. */
  TRINO,
  /** DuckDB with its delta extension. */
  DUCKDB
}
