package io.runlake.store.delta;

import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.StoreOptions;
import io.runlake.store.StoreProvider;
import java.net.URI;
import java.nio.file.InvalidPathException;
import org.apache.hadoop.fs.Path;

/**
 * Opens {@code delta:<root>}: Delta tables at any Hadoop path. A path without a scheme is on the
 * local disk, a relative one below the working directory.
 */
public final class DeltaStoreProvider implements StoreProvider {
  @Override
  public String scheme() {
    return "delta";
  }

  @Override
  public Store open(String root, StoreOptions options) {
    KernelLog.quiet();
    return new DeltaStore(DeltaRoot.join(canonical(root), options));
  }

  /** The absolute URI of a root, without a trailing slash; local paths are not percent-encoded. */
  static String canonical(String root) {
    String trimmed = root == null ? "" : root.strip();
    if (trimmed.isEmpty()) {
      throw invalid(root, "it is empty", null);
    }
    if (LocalFiles.isLocal(trimmed)) {
      try {
        return LocalFiles.hadoopPath(LocalFiles.path(trimmed));
      } catch (InvalidPathException e) {
        throw invalid(root, e.getReason(), e);
      }
    }
    try {
      // Hadoop's reading of a path, in which nothing is percent-encoded.
      URI uri = new Path(trimmed).toUri();
      if (!uri.getPath().startsWith("/") || uri.getPath().equals("/")) {
        throw invalid(root, "it has no path", null);
      }
      return new Path(uri).toString();
    } catch (IllegalArgumentException e) {
      throw invalid(root, e.getMessage(), e);
    }
  }

  private static StoreException invalid(String root, String why, Exception cause) {
    return new StoreException(
        StoreException.Kind.INVALID,
        "Invalid root '"
            + root
            + "' of a store: "
            + why
            + ". Give a path such as /data/runlake, hdfs://host/data/runlake or s3a://bucket/runlake.",
        cause);
  }
}
