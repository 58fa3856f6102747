package io.runlake.store.delta;

import io.delta.storage.HadoopFileSystemLogStore;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The log of Delta tables on the local disk, for Spark jobs of ours that write tables there: set
 * {@code spark.delta.logStore.file.impl} to this class before the SparkContext starts.
 *
 * <p>The one that Delta brings looks whether an entry is there and then renames over it, so that
 * two processes can write the same version and one of them loses its commit without a word. Here an
 * entry is linked into place: of any number of writers one succeeds, the others get {@code
 * FileAlreadyExistsException} and Delta resolves the conflict. Entries are synced. Reading and
 * listing are Hadoop's, because VACUUM lists from names that are no local paths; a listing is
 * completed by what came into the log while it was read.
 *
 * <p>Thread-safe.
 */
public final class LocalLogStore extends HadoopFileSystemLogStore {

  /** Called by Delta. */
  public LocalLogStore(Configuration configuration) {
    super(configuration);
  }

  @Override
  public void write(
      Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
      throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    while (actions.hasNext()) {
      content.writeBytes(actions.next().getBytes(StandardCharsets.UTF_8));
      content.write('\n');
    }
    java.nio.file.Path target = LocalFiles.path(path.toString());
    LocalFiles.createFolders(target.getParent());
    if (overwrite) {
      LocalFiles.replace(target, content.toByteArray());
    } else {
      LocalFiles.create(target, content.toByteArray());
    }
  }

  @Override
  public Iterator<FileStatus> listFrom(Path path, Configuration configuration) throws IOException {
    Iterator<FileStatus> listed = super.listFrom(path, configuration);
    if (!path.getParent().getName().equals("_delta_log")) {
      return listed;
    }
    SortedMap<String, FileStatus> found = new TreeMap<>();
    listed.forEachRemaining(file -> found.put(file.getPath().getName(), file));
    FileSystem files = path.getFileSystem(configuration);
    for (String name : LogGaps.unseen(found.keySet())) {
      if (name.compareTo(path.getName()) >= 0) {
        add(new Path(path.getParent(), name), files, found);
      }
    }
    return found.values().iterator();
  }

  private static void add(Path entry, FileSystem files, Map<String, FileStatus> found)
      throws IOException {
    try {
      found.put(entry.getName(), files.getFileStatus(entry));
    } catch (FileNotFoundException notThere) {
      // Log clean-up leaves what it has not come to yet.
    }
  }

  /**
   * Not of entries, but of what Delta asks for: whether it must write a checkpoint, which goes past
   * this class through Hadoop's local file system, under another name and rename it. Half a
   * checkpoint under its own name makes a table unreadable.
   */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration configuration) {
    return true;
  }
}
