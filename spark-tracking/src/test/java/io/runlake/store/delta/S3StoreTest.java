package io.runlake.store.delta;

import io.runlake.testkit.S3Server;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** The conformance tests on Delta tables on S3. */
@Tag("slow")
class S3StoreTest extends DeltaStoreTck {
  private static int tests;

  private final String home = S3Server.shared().uri() + "/tck " + tests++;

  @Override
  String home() {
    return home;
  }

  @Override
  Map<String, String> settings() {
    return S3Server.shared().settings();
  }
}
