/**
 * How good predictions are: figures, tables and plots from counts, and thresholds that accept or
 * refuse a model. Pure functions of numbers; who counts, with Spark, is {@code io.runlake.spark}.
 *
 * <p>Metrics have the names that {@code mlflow.evaluate} gives them; where it has none, those of
 * scikit-learn, which MLflow's names come from.
 */
package io.runlake.evaluate;
