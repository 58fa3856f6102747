/**
 * What both scoring programs share: settings, session, exit codes, how lines become rows, the
 * tables that they write, counts and phases.
 *
 * <p>This package knows no night and no query. It reaches runs and registry through {@code
 * tracking} and {@code registry}, and knows no autologging and none of Spark's internal buses.
 * Delta's own classes are named in {@code DeltaLogs}, {@code CommitGate} and {@code OutputTable}
 * alone.
 */
package io.runlake.scoring;
