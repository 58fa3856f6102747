package io.runlake.store.delta;

import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.StoreTck;
import io.runlake.store.Stores;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The conformance tests through Hadoop's file systems: a root that is not {@code file:}, opened
 * with settings of the store. What lies beneath is the local disk, mounted by ViewFs.
 */
@Tag("slow")
class HadoopPathStoreTest extends StoreTck {
  private static int tests;

  @TempDir Path folder;

  /** One for each test, because Hadoop keeps a file system by its authority. */
  private final String mountTable = "tck" + tests++;

  @Override
  protected Store fresh() {
    return again();
  }

  @Override
  protected Store again() {
    folder.resolve("mounted").toFile().mkdirs();
    return Stores.open(
        "delta:viewfs://" + mountTable + "/data/root",
        StoreOptions.defaults()
            .withFileSystem(
                Map.of(
                    "fs.viewfs.mounttable." + mountTable + ".link./data",
                    "file://" + folder.resolve("mounted"))));
  }

  @Override
  protected String folder() {
    return "viewfs://" + mountTable + "/data/artifacts of a run";
  }

  @Override
  @Test
  @Disabled("Hadoop's rename on the local disk overwrites in a race; on HDFS it does not.")
  protected void oneOfManyClaimsAPath() {}
}
