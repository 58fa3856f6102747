package io.runlake.flavor;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The two parts of an input; together they have each of its rows once. Both are lazy.
 *
 * @param scored the pass-through columns, then {@code prediction} and, if the model gives it,
 *     {@code probability}; vectors are arrays of double
 * @param quarantined what cannot be scored: {@code stage}, {@code column}, {@code reason} and
 *     {@code row}, the input row as JSON; all strings
 */
public record Scored(Dataset<Row> scored, Dataset<Row> quarantined) {}
