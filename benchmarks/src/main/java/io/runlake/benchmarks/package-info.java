/** Side-by-side measurements; each prints one JSON object as its last line. */
package io.runlake.benchmarks;
