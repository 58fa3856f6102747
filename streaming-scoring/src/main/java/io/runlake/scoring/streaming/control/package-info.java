/**
 * What a running stream and whoever wants it to stop say to each other: small files in the query's
 * checkpoint. Knows no Spark, so that the command line can use it.
 */
package io.runlake.scoring.streaming.control;
