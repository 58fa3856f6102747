/**
 * What a run keeps of its inputs beside their names and versions, as JSON in the reference that the
 * store holds. Knows the store's records and JSON; no Spark, Delta or Hadoop type.
 */
package io.runlake.inputs;
