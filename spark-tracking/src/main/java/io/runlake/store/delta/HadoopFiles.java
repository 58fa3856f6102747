package io.runlake.store.delta;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The Hadoop file systems of a store, opened when first asked for and closed with it. They are our
 * own instances: Hadoop's cached ones belong to the user's job. Thread-safe.
 */
final class HadoopFiles implements AutoCloseable {
  /** Where a half-written file can be seen and a rename is atomic and refuses to overwrite. */
  private static final Set<String> RENAMING = Set.of("hdfs", "viewfs", "abfs", "abfss");

  /**
   * How long a writer on HDFS sleeps, doubling, when it closes a file before the data node has
   * reported the block. Its default is most of what a commit takes.
   */
  private static final String CLOSE_DELAY =
      "dfs.client.block.write.locateFollowingBlock.initial.delay.ms";

  private static final String CLOSE_RETRIES = "dfs.client.block.write.locateFollowingBlock.retries";
  private static final int HDFS_CLOSE_DELAY = 400;

  private final Map<String, String> settings;
  private final Map<String, FileSystem> open = new HashMap<>();
  private final Map<String, FileContext> contexts = new HashMap<>();
  private final Set<FileSystem> proved = new HashSet<>();
  private Configuration configuration;

  HadoopFiles(Map<String, String> settings) {
    this.settings = settings;
  }

  /** The configuration of this process with the store's settings on top. */
  synchronized Configuration configuration() {
    if (configuration == null) {
      Configuration created = new Configuration();
      // Else file systems are looked up in the context loader, which may be of another Hadoop.
      created.setClassLoader(Configuration.class.getClassLoader());
      created.set("parquet.compression", "SNAPPY");
      if (created.getInt(CLOSE_DELAY, HDFS_CLOSE_DELAY) == HDFS_CLOSE_DELAY) {
        created.setInt(CLOSE_DELAY, 10);
        created.setInt(CLOSE_RETRIES, 11);
      }
      settings.forEach(created::set);
      configuration = created;
    }
    return configuration;
  }

  synchronized FileSystem of(Path path) throws IOException {
    URI uri = path.toUri();
    String key = uri.getScheme() + "://" + uri.getAuthority();
    FileSystem known = open.get(key);
    if (known == null) {
      known = FileSystem.newInstance(uri, configuration());
      open.put(key, known);
    }
    return known;
  }

  /**
   * The S3 of a folder, where it is certain that two writers cannot create the same file. Proved
   * once per bucket, by a file in the folder.
   *
   * @throws UnsafeSetUpException if it is certain that they can
   */
  synchronized FileSystem proved(Path folder) throws IOException {
    FileSystem fileSystem = of(folder);
    if (!proved.contains(fileSystem)) {
      S3.prove(fileSystem, folder);
      proved.add(fileSystem);
    }
    return fileSystem;
  }

  /** A hidden name beside a file, for what is not whole yet. */
  static Path temporary(Path target) {
    return new Path(
        target.getParent(),
        "." + target.getName() + "." + UUID.randomUUID() + LocalFiles.TEMPORARY);
  }

  /** Whether a rename here is atomic, and refuses to overwrite when told to. */
  static boolean renames(Path path) {
    return RENAMING.contains(path.toUri().getScheme());
  }

  /** The view of a file system whose rename keeps to what it is told. */
  synchronized FileContext context(Path path) throws IOException {
    URI uri = path.toUri();
    String key = uri.getScheme() + "://" + uri.getAuthority();
    FileContext known = contexts.get(key);
    if (known == null) {
      known = FileContext.getFileContext(uri, configuration());
      contexts.put(key, known);
    }
    return known;
  }

  @Override
  public synchronized void close() {
    for (FileSystem fileSystem : open.values()) {
      try {
        fileSystem.close();
      } catch (IOException e) {
        // Everything was written and synced when its call returned.
        continue;
      }
    }
    open.clear();
    contexts.clear();
    proved.clear();
  }
}
