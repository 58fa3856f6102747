package io.runlake.store.delta;

import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.StoreTck;
import io.runlake.store.Stores;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The conformance tests on Delta tables on the local disk. */
class DeltaStoreTest extends StoreTck {
  @TempDir Path folder;

  @Override
  protected Store fresh() {
    return again();
  }

  @Override
  protected Store again() {
    return Stores.open("delta:" + folder.resolve("a root ü"), StoreOptions.defaults());
  }

  @Override
  protected String folder() {
    return "file:" + folder.resolve("artifacts of a run");
  }
}
