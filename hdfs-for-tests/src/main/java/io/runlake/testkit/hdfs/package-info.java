/** An HDFS for tests, in a JVM of its own. Knows nothing of Runlake. */
package io.runlake.testkit.hdfs;
