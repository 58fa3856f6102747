package io.runlake.store.delta;

import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.StoreOptions;
import io.runlake.store.StoreProvider;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/**
 * Opens {@code delta:<root>}: Delta tables at any Hadoop path. A path without a scheme is on the
 * local disk, a relative one below the working directory.
 */
public final class DeltaStoreProvider implements StoreProvider {
  /** Their stock log stores let two processes overwrite each other's commits. */
  private static final Set<String> UNSAFE = Set.of("s3", "s3a", "s3n");

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
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      if (UNSAFE.contains(scheme)) {
        throw invalid(
            root,
            "stores on S3 are not supported yet, because two processes could overwrite each"
                + " other's commits there",
            null);
      }
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
            + ". Give a path such as /data/runlake or hdfs://host/data/runlake.",
        cause);
  }
}
