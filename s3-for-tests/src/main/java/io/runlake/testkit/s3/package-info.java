/** An S3 for tests, in a JVM of its own. Knows nothing of Runlake. */
package io.runlake.testkit.s3;
