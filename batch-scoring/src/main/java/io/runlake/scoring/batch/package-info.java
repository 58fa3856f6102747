/**
 * Nightly batch scoring: a registry version in, one transaction of a predictions table out.
 *
 * <p>{@link io.runlake.scoring.batch.BatchScoringJob} is the program. A job and its logical date
 * are a <em>night</em>; what makes a night repeatable (the frozen input, the claimed attempt, the
 * transaction that marks it done) is told in {@code docs/batch-scoring.md}.
 *
 * <p>What it shares with the streaming job is in {@code io.runlake.scoring}. It reaches runs and
 * registry through {@code tracking} and {@code registry}, and knows no autologging, none of Spark's
 * internal buses and none of Delta's classes.
 */
package io.runlake.scoring.batch;
