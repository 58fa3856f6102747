/**
 * Scoring of telemetry by Structured Streaming: files or a Delta table in, scores and quarantine in
 * Delta tables out, each row exactly once.
 *
 * <p>{@link io.runlake.scoring.streaming.StreamingScoringJob} is the program. What makes a batch
 * repeatable (the pinned model, the transactions of the two tables, the order of the writes) is
 * told in {@code docs/streaming-scoring.md}. What it shares with the nightly job is in {@code
 * io.runlake.scoring}; it knows no autologging, none of Spark's internal buses and none of Delta's
 * classes.
 */
package io.runlake.scoring.streaming;
