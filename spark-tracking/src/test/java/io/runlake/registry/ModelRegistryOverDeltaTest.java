package io.runlake.registry;

import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** The same over Delta tables. */
@Tag("slow")
class ModelRegistryOverDeltaTest extends ModelRegistryTest {
  @Override
  Store newStore(Path root) {
    return Stores.open("delta:" + root, StoreOptions.defaults());
  }

  @Override
  int registrations() {
    return 20;
  }
}
