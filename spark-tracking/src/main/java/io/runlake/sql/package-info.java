/**
 * The views of a store as SQL text: the one source of the folds that {@code RunlakeViews} registers
 * and that {@code runlake store sql} prints for readers without this jar.
 *
 * <p>Knows only the JDK, and of the tables what {@code docs/format.md} says.
 */
package io.runlake.sql;
