package io.runlake.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * An HDFS of one name node and one data node in a JVM of its own, whose class path has nothing of
 * Spark's. It ends with this JVM, however that ends.
 */
public final class HdfsCluster implements AutoCloseable {
  private static HdfsCluster shared;

  private final Process process;
  private final String uri;

  private HdfsCluster(Process process, String uri) {
    this.process = process;
    this.uri = uri;
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
    Path module = TestSpark.projectRoot().resolve("hdfs-for-tests/target");
    Path libraries = module.resolve("class-path");
    if (!Files.exists(libraries)) {
      throw new IllegalStateException(
          "There is no " + libraries + ". Build it once: mvn -pl hdfs-for-tests package");
    }
    Path log = directory.resolve("hdfs.log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                module.resolve("classes") + File.pathSeparator + Files.readString(libraries),
                "io.runlake.testkit.hdfs.MiniHdfs",
                directory.resolve("hdfs").toString())
            .redirectError(log.toFile())
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.US_ASCII);
    String line;
    while ((line = out.readLine()) != null) {
      if (line.startsWith("hdfs://")) {
        return new HdfsCluster(process, line);
      }
    }
    throw new IllegalStateException("HDFS did not start:\n" + Files.readString(log));
  }

  /** The file system's URI, without a slash at its end. */
  public String uri() {
    return uri;
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
