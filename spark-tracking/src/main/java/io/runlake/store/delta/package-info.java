/**
 * The ports of {@link io.runlake.store} over Delta tables, written and read with Delta Kernel: no
 * Spark, no session, no job. The format of the tables is in {@code docs/format.md}.
 *
 * <p>From the outside in: {@link io.runlake.store.delta.DeltaStoreProvider} opens a {@code
 * DeltaStore} on the one {@code DeltaRoot} that a process has per folder; {@code RunCommitter} and
 * {@code DeltaStateTable} decide what goes into a commit; {@code TableWriter} carries a commit
 * through, settling every answer that is not success; {@code DeltaTable} is one attempt; {@code
 * SettlingCommitter} and {@code LocalFileIO} are the log entry and the files beneath.
 *
 * <p>This is the only package that knows {@code io.delta.kernel}. It knows no Spark type and
 * nothing of tracking or registry.
 */
package io.runlake.store.delta;
