/**
 * The only place that touches Spark's buses: the plugin and its weaving, listeners, the wrapper of
 * MLlib's estimators, and which Spark work belongs to which run.
 *
 * <p>The user's Spark job is sacred: nothing here may fail it, hold it up beyond its budget, or
 * outlive it. Callbacks copy, enqueue and return.
 */
package io.runlake.spark;
