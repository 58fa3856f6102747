package io.runlake.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An S3 with one bucket in a JVM of its own, which takes any credentials. Its conditional PUT is
 * atomic; the one of S3Mock 5.2.0 is not: sixteen racing writers had more than one winner in half
 * of the rounds.
 */
public final class S3Server implements AutoCloseable {
  private static final String BUCKET = "bucket";
  private static S3Server shared;

  private final Optional<ServiceJvm> jvm;
  private final String endpoint;

  private S3Server(Optional<ServiceJvm> jvm, String endpoint) {
    this.jvm = jvm;
    this.endpoint = endpoint;
  }

  /**
   * The one of this test fork, started on first use, with its objects in java.io.tmpdir; or one
   * that runs already and has the bucket, if {@code runlake.s3.endpoint} names it.
   */
  public static synchronized S3Server shared() {
    String given = System.getProperty("runlake.s3.endpoint", "");
    if (shared == null && !given.isEmpty()) {
      shared = new S3Server(Optional.empty(), given);
    }
    if (shared == null) {
      try {
        shared = start(Files.createTempDirectory("s3"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  /** Starts one that keeps its objects in an empty directory, and waits until it can be used. */
  public static S3Server start(Path directory) throws IOException {
    ServiceJvm jvm =
        ServiceJvm.start(
            "s3-for-tests",
            "256m",
            "io.runlake.testkit.s3.MiniS3",
            "http://",
            directory.resolve("s3.log"),
            directory.resolve("s3").toString(),
            BUCKET);
    return new S3Server(Optional.of(jvm), jvm.address());
  }

  /** The bucket as a Hadoop path, without a slash at its end. */
  public String uri() {
    return "s3a://" + BUCKET;
  }

  /** Where it listens, as {@code http://host:port}. */
  public String endpoint() {
    return endpoint;
  }

  /** Hadoop's settings that lead to it. */
  public Map<String, String> settings() {
    return settings(endpoint);
  }

  /** The same with another endpoint, such as one that stands between. */
  public static Map<String, String> settings(String endpoint) {
    Map<String, String> settings = new HashMap<>();
    settings.put("fs.s3a.endpoint", endpoint);
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.connection.ssl.enabled", "false");
    settings.put("fs.s3a.access.key", "test");
    settings.put("fs.s3a.secret.key", "test");
    settings.put("fs.s3a.buffer.dir", System.getProperty("java.io.tmpdir") + "/s3a");
    return settings;
  }

  @Override
  public void close() throws IOException {
    if (jvm.isPresent()) {
      jvm.get().close();
    }
  }
}
