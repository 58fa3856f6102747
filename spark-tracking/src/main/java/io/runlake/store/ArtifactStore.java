package io.runlake.store;

import java.io.InputStream;
import java.util.List;

/** The files of runs. Thread-safe; folders are Hadoop paths, as {@link RunOrigin#artifactUri()}. */
public interface ArtifactStore {
  /**
   * Writes a file below a folder, replacing one that is there, and makes the folders it needs.
   *
   * <p>Atomicity: a reader sees the old file or the whole new one. The stream is read to its end
   * and not closed.
   */
  void put(String folder, ArtifactPath path, InputStream content);

  /**
   * What lies directly below a path, by name; a file lists as itself, a missing path as nothing.
   */
  List<ArtifactFile> list(String folder, ArtifactPath path);

  /**
   * Opens a file; the caller closes it.
   *
   * @throws StoreException of kind NOT_FOUND if there is none
   */
  InputStream open(String folder, ArtifactPath path);

  /**
   * A file or folder.
   *
   * @param path relative to the artifact folder
   * @param size in bytes; 0 for a folder
   */
  record ArtifactFile(String path, boolean directory, long size) {}
}
