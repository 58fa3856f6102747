package io.runlake.sql;

/**
 * A view of a store.
 *
 * @param name such as {@code runlake_runs}
 * @param table the table that it reads, such as {@code runs}
 * @param select the query behind it, without a semicolon
 */
public record StoreView(String name, String table, String select) {}
