package io.runlake.testkit.s3;

import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * {@code MiniS3 <directory> <bucket>...}: an S3 that keeps its objects in the directory. Prints its
 * endpoint on a line of its own once it can be used, and ends with its standard input, so that it
 * does not outlive who started it. A conditional PUT is a hard link there, so that of any number of
 * writers one gets the name.
 */
public final class MiniS3 {
  private MiniS3() {}

  /** Runs until standard input ends. */
  public static void main(String[] args) throws Exception {
    PrintStream answer = System.out;
    // Its log goes where nobody has to read it for the server to go on.
    System.setOut(System.err);
    Path directory = Path.of(args[0]);
    for (int i = 1; i < args.length; i++) {
      Files.createDirectories(directory.resolve(args[i]));
    }
    S3Proxy server =
        S3Proxy.builder()
            .endpoint(URI.create("http://127.0.0.1:0"))
            .blobStore(new FilesystemNio2BlobStore(directory.toString()))
            .ignoreUnknownHeaders(true)
            .build();
    server.start();
    answer.println("http://127.0.0.1:" + server.getPort());
    while (System.in.read() >= 0) {
      continue;
    }
    System.exit(0);
  }
}
