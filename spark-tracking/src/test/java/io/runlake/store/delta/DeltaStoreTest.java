package io.runlake.store.delta;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The conformance tests on Delta tables on the local disk. */
class DeltaStoreTest extends DeltaStoreTck {
  @TempDir Path folder;

  @Override
  String home() {
    return "file:" + folder;
  }
}
