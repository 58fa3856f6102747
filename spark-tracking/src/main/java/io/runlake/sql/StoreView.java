package io.runlake.sql;

/**
 * A view of a store.
 *
 * @param name such as {@code runlake_runs}
 * @param select the query behind it, without a semicolon
 */
public record StoreView(String name, String select) {}
