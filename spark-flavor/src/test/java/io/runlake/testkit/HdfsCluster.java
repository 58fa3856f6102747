package io.runlake.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An HDFS of one name node and one data node in a JVM of its own, whose class path has nothing of
 * Spark's. It ends with this JVM, however that ends.
 */
public final class HdfsCluster implements AutoCloseable {
  private static HdfsCluster shared;

  private final ServiceJvm jvm;

  private HdfsCluster(ServiceJvm jvm) {
    this.jvm = jvm;
  }

  /** The one of this test fork, started on first use, with its files in {@code java.io.tmpdir}. */
  public static synchronized HdfsCluster shared() {
    if (shared == null) {
      try {
        shared = start(Files.createTempDirectory("hdfs"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  /** Starts one that keeps its files in an empty directory, and waits until it can be used. */
  public static HdfsCluster start(Path directory) throws IOException {
    return new HdfsCluster(
        ServiceJvm.start(
            "hdfs-for-tests",
            "512m",
            "io.runlake.testkit.hdfs.MiniHdfs",
            "hdfs://",
            directory.resolve("hdfs.log"),
            directory.resolve("hdfs").toString()));
  }

  /** The file system's URI, without a slash at its end. */
  public String uri() {
    return jvm.address();
  }

  @Override
  public void close() throws IOException {
    jvm.close();
  }
}
