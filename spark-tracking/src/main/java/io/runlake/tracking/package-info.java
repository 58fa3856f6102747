/**
 * Experiments and runs: what a user holds. {@link io.runlake.tracking.Runlake} opens a store,
 * {@link io.runlake.tracking.ActiveRun} is a run while it is written, {@link
 * io.runlake.tracking.Run} is a run as it was read. Names, limits and errors are MLflow's.
 *
 * <p>Knows the store's ports, the registry and the JDK: no Spark, Delta, Hadoop or YAML type. Who
 * else must know which run is current says so by {@link io.runlake.tracking.CurrentRun}.
 */
package io.runlake.tracking;
