package io.runlake.tracking;

import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The same over Delta tables. */
@Tag("slow")
class OddInputOverDeltaTest extends OddInputTest {
  @Override
  Store newStore(Path root) {
    return Stores.open("delta:" + root, StoreOptions.defaults());
  }

  @Override
  Store reopened() {
    return newStore(folder.resolve("root"));
  }
}
