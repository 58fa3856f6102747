/** Scoring of telemetry by Structured Streaming. Nothing is here yet. */
package io.runlake.scoring.streaming;
