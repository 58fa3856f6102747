/**
 * Whether the one jar links on every Spark line in use. Reads class files and knows nothing of
 * Runlake's own types.
 */
package io.runlake.lines;
