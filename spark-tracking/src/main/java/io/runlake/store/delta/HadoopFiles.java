package io.runlake.store.delta;

import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The Hadoop file systems of a store, opened when first asked for and closed with it. They are our
 * own instances: Hadoop's cached ones belong to the user's job. Thread-safe.
 */
final class HadoopFiles implements AutoCloseable {
  private final Map<String, String> settings;
  private final Map<String, FileSystem> open = new HashMap<>();
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
  }
}
