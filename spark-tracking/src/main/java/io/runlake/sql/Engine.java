package io.runlake.sql;

/** What runs the SQL. */
public enum Engine {
  /** Spark with Delta, 3.5 and later. */
  SPARK("Spark"),
  /** Trino with its Delta connector. */
  TRINO("Trino"),
  /** DuckDB with its delta extension. */
  DUCKDB("DuckDB");

  private final String productName;

  Engine(String productName) {
    this.productName = productName;
  }

  /** What people call it. */
  public String productName() {
    return productName;
  }
}
