package io.runlake.store.delta;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.VersionInfo;

/**
 * What the store needs of S3: a create that happens only if the name is free. S3A of Hadoop 3.4.2
 * sends it as a PUT with {@code If-None-Match: *}, which takes effect when the file is closed; S3
 * answers 412 if the name is taken, and 409 if it cannot tell because another writer is at it.
 *
 * <p>S3A is not on everybody's class path, so its exceptions are told by the HTTP status that they
 * carry.
 */
final class S3 {
  private static final Set<String> SCHEMES = Set.of("s3", "s3a", "s3n");

  /** Hadoop's name of the option, and of the ability to heed it. */
  private static final String IF_ABSENT = "fs.option.create.conditional.overwrite";

  private static final String ENABLED = "fs.s3a.create.conditional.enabled";

  /** Spares the requests by which S3A looks for folders of the same name. */
  private static final String NO_LOOK_AROUND = "fs.s3a.create.performance";

  /** A file that is there from the first start on; no reader of tables or claims looks at it. */
  private static final String PROOF = ".conditional-create" + LocalFiles.TEMPORARY;

  private static final int PRECONDITION_FAILED = 412;
  private static final int CONFLICT = 409;

  /** How often a 409 is met before it goes to the caller, who tries again for longer. */
  private static final int TRIES = 8;

  private static final long FIRST_PAUSE_MILLIS = 10;

  private static final int MOST_CAUSES = 20;

  private S3() {}

  /** What a file is to hold; may be asked for again. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Whether a path is on S3, by its scheme. */
  static boolean holds(Path path) {
    String scheme = path.toUri().getScheme();
    return scheme != null && SCHEMES.contains(scheme);
  }

  /**
   * Writes a file unless one is there. Durable on return.
   *
   * @throws FileAlreadyExistsException if the name is taken, which may be by an earlier try of this
   *     call whose answer was lost
   */
  static void create(FileSystem fileSystem, Path target, Content content) throws IOException {
    for (int tried = 1; ; tried++) {
      try {
        write(open(fileSystem, target, true), content);
        return;
      } catch (IOException e) {
        if (tried == TRIES || status(e).orElse(0) != CONFLICT) {
          throw translated(target, e);
        }
        pause(FIRST_PAUSE_MILLIS << tried);
      }
    }
  }

  /** Writes a file, replacing one that is there. Durable on return. */
  static void replace(FileSystem fileSystem, Path target, Content content) throws IOException {
    write(open(fileSystem, target, false), content);
  }

  /** Nothing comes into being if the content fails. */
  private static void write(FSDataOutputStream out, Content content) throws IOException {
    boolean whole = false;
    try {
      content.writeTo(out);
      whole = true;
    } finally {
      if (!whole) {
        out.abort();
      }
      out.close();
    }
  }

  /** A file that comes into being when it is closed. */
  static FSDataOutputStream open(FileSystem fileSystem, Path target, boolean ifAbsent)
      throws IOException {
    FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(target);
    builder.overwrite(true);
    builder.opt(NO_LOOK_AROUND, true);
    if (ifAbsent) {
      builder.must(IF_ABSENT, true);
    }
    return builder.build();
  }

  /** The meaning of an answer to a conditional create. */
  static IOException translated(Path target, IOException e) {
    if (status(e).orElse(0) != PRECONDITION_FAILED) {
      return e;
    }
    FileAlreadyExistsException taken = new FileAlreadyExistsException(target.toString());
    taken.initCause(e);
    return taken;
  }

  /**
   * Makes sure that a file system does not overwrite when told not to: by what it says of itself,
   * and by creating a file of a few bytes twice, of which the second must be refused. Later calls
   * find the file and need one request.
   *
   * @param folder where the file is kept
   * @throws UnsafeSetUpException if it overwrites
   */
  static void prove(FileSystem fileSystem, Path folder) throws IOException {
    if (!fileSystem.hasPathCapability(folder, IF_ABSENT)) {
      throw new UnsafeSetUpException(unable(fileSystem, folder), null);
    }
    byte[] text =
        "Runlake creates this file twice to see that the second time is refused.\n"
            .getBytes(StandardCharsets.UTF_8);
    Path file = new Path(folder, PROOF);
    for (int i = 0; i < 2; i++) {
      try {
        create(fileSystem, file, out -> out.write(text));
      } catch (FileAlreadyExistsException refused) {
        return;
      }
    }
    throw new UnsafeSetUpException(
        "The S3 service of "
            + folder
            + " overwrote a file that was to be created only if absent (it does not heed"
            + " If-None-Match), so two processes could overwrite each other's commits. Use a"
            + " service with conditional writes, such as Amazon S3, or a root on hdfs: or abfss:.",
        null);
  }

  private static String unable(FileSystem fileSystem, Path folder) {
    String version = VersionInfo.getVersion();
    String reason =
        fileSystem.getConf().getBoolean(ENABLED, true)
            ? fileSystem.getClass().getName()
                + " of Hadoop "
                + version
                + " has no conditional create. Use the s3a: connector of Hadoop 3.4.2 or newer"
                + " (hadoop-aws of the same version as Hadoop itself), or a root on hdfs: or"
                + " abfss:."
            : ENABLED + " is false. Set it to true, or remove it.";
    return "Two processes could overwrite each other's commits at " + folder + ": " + reason;
  }

  /** Whether there is no such bucket, by the name of S3A's exception. */
  static boolean lacksBucket(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < MOST_CAUSES; depth++, at = at.getCause()) {
      if (at.getClass().getSimpleName().equals("UnknownStoreException")) {
        return true;
      }
    }
    return false;
  }

  /** The HTTP status that a failure carries, if it carries one. */
  static OptionalInt status(Throwable failure) {
    Throwable at = failure;
    for (int depth = 0; at != null && depth < MOST_CAUSES; depth++, at = at.getCause()) {
      try {
        Method status = at.getClass().getMethod("statusCode");
        if (status.invoke(at) instanceof Integer code) {
          return OptionalInt.of(code);
        }
      } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException none) {
        continue;
      }
    }
    return OptionalInt.empty();
  }

  private static void pause(long boundMillis) throws InterruptedIOException {
    try {
      Thread.sleep(1 + ThreadLocalRandom.current().nextLong(boundMillis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before trying again");
    }
  }
}
