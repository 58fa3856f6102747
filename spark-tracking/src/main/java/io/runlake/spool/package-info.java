/**
 * What a store did not take before its program ended: kept in a file of this machine, and written
 * to the store later. Knows the ports of {@code io.runlake.store}, {@code io.runlake.tracking} and
 * JSON; knows no Spark, Delta or Hadoop type.
 */
package io.runlake.spool;
