package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.HdfsCluster;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The conformance tests on Delta tables on HDFS. */
@Tag("slow")
class HdfsStoreTest extends DeltaStoreTck {
  private static int tests;

  private final String home = HdfsCluster.shared().uri() + "/tck " + tests++;

  @Override
  String home() {
    return home;
  }

  /** A mount table is a setting of the store's; without it there is no such root. */
  @Test
  void theStoresOwnSettingsReachEveryFileSystemItOpens() {
    String mount = HdfsCluster.shared().uri() + "/mounted";
    StoreOptions options =
        StoreOptions.defaults()
            .withFileSystem(Map.of("fs.viewfs.mounttable.tck.link./data", mount));
    RunRow row = RunRow.of(RunId.newId(NOW), EXPERIMENT);
    try (Store mounted = Stores.open("delta:viewfs://tck/data/root", options)) {
      mounted.runs().append(RunBatch.of(row)).join();
      assertThat(mounted.claims().put("viewfs://tck/data/claims/a", new byte[] {1})).isTrue();
      assertThat(mounted.claims().put("viewfs://tck/data/claims/a", new byte[] {2})).isFalse();
    }
    try (Store direct = Stores.open("delta:" + mount + "/root", StoreOptions.defaults())) {
      assertThat(direct.runs().find(row.runId())).contains(row);
      assertThat(direct.claims().get(mount + "/claims/a")).contains(new byte[] {1});
    }
  }
}
