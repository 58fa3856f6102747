package io.runlake.store.delta;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The log of Delta tables on S3, for Spark jobs of ours that write tables there: set {@code
 * spark.delta.logStore.s3a.impl} to this class before the SparkContext starts.
 *
 * <p>The one that Delta brings keeps the writers of one process apart, not those of several. Here
 * an entry is created by S3 itself and only if its name is free: of any number of writers one
 * succeeds, the others get {@code FileAlreadyExistsException} and Delta resolves the conflict. An
 * entry that stands there with the very content of ours is ours: the answer to it was lost on the
 * way, and S3A's second try was refused.
 *
 * <p>Needs S3A of Hadoop 3.4.2 or newer and a service with conditional writes; both are seen to
 * before the first entry of a table is written. Thread-safe.
 */
public final class S3LogStore extends HadoopFileSystemLogStore {
  private final Set<Path> proved = ConcurrentHashMap.newKeySet();

  /** Called by Delta. */
  public S3LogStore(Configuration configuration) {
    super(configuration);
  }

  @Override
  public void write(
      Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
      throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (actions.hasNext()) {
      text.writeBytes(actions.next().getBytes(StandardCharsets.UTF_8));
      text.write('\n');
    }
    byte[] content = text.toByteArray();
    FileSystem fileSystem = path.getFileSystem(configuration);
    if (overwrite) {
      S3.replace(fileSystem, path, out -> out.write(content));
      return;
    }
    if (!proved.contains(path.getParent())) {
      S3.prove(fileSystem, path.getParent());
      proved.add(path.getParent());
    }
    try {
      S3.create(fileSystem, path, out -> out.write(content));
    } catch (FileAlreadyExistsException taken) {
      if (!Arrays.equals(content, read(fileSystem, path))) {
        throw taken;
      }
    }
  }

  private static byte[] read(FileSystem fileSystem, Path path) throws IOException {
    try (InputStream in = fileSystem.open(path)) {
      return in.readAllBytes();
    }
  }

  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration configuration) {
    return false;
  }
}
