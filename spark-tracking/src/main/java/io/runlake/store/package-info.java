/**
 * The ports of the store, the values that cross them, and their in-memory twin.
 *
 * <p>A store is one root with the tables {@code runs}, {@code metrics}, {@code experiments}, {@code
 * registry} and {@code alerts} (the format is in {@code docs/format.md}) and the artifacts beside
 * them. Each port states what is atomic in it; every implementation runs the same conformance
 * tests. How the rows of a run merge into its current state is decided here ({@link
 * io.runlake.store.RunRow#merge}), once for all implementations.
 *
 * <p>This package knows only the JDK: no Spark, Delta, Hadoop or YAML type.
 */
package io.runlake.store;
