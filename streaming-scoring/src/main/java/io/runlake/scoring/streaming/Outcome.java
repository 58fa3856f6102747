package io.runlake.scoring.streaming;

/**
 * What became of a batch; input = scored + quarantined.
 *
 * @param replayed whether an earlier start had written it all
 */
record Outcome(long input, long scored, long quarantined, boolean replayed) {}
