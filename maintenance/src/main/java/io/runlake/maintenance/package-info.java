/**
 * Keeps a store small and quick over years: settles runs, compacts tables, writes checkpoints,
 * cleans up behind Delta.
 *
 * <p>{@link io.runlake.maintenance.MaintainJob} is the program, {@link
 * io.runlake.maintenance.Maintenance} the same within a Spark program. Both may run beside writers
 * and beside each other, and may be killed at any point: see {@code docs/maintenance.md}.
 *
 * <p>Spark reads and writes the tables here, by Delta's own transactions; this package knows
 * nothing of Kernel, of autologging and of Spark's internal buses.
 */
package io.runlake.maintenance;
