/**
 * Which facts of an estimator or a fitted model become params, tags, metrics and artifacts of a
 * run: pure rules, records in and records out.
 *
 * <p>Names and renderings are those of MLflow's {@code mlflow.pyspark.ml.autolog}, so that a run
 * that a JVM program made stands beside one that Python made and is found by the same searches.
 *
 * <p>This package knows no Spark, no store and no listener: who reads the facts out of Spark is
 * {@code io.runlake.spark}.
 */
package io.runlake.autolog;
