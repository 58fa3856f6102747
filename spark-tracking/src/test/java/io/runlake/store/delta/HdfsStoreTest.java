package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.hadoopio.HadoopFileIO;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.utils.CloseableIterator;
import io.runlake.store.Alert;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.StoreTck;
import io.runlake.store.Stores;
import io.runlake.testkit.HdfsCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The conformance tests on Delta tables on HDFS. */
@Tag("slow")
class HdfsStoreTest extends StoreTck {
  private static int tests;

  private final String home = HdfsCluster.shared().uri() + "/tck " + tests++;

  @Override
  protected Store fresh() {
    return again();
  }

  @Override
  protected Store again() {
    return Stores.open("delta:" + home + "/a root ü", StoreOptions.defaults());
  }

  @Override
  protected String folder() {
    return home + "/artifacts of a run";
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

  @Test
  void aCheckpointIsThereWholeOrNotAtAll() throws Exception {
    HadoopFiles hadoop = new HadoopFiles(Map.of());
    StoreEngine engine = new StoreEngine(new HadoopFileIO(hadoop.configuration()), hadoop);
    ParquetHandler parquet = engine.getParquetHandler();
    Path checkpoint = new Path(home + "/log/1.checkpoint.parquet");
    FileSystem files = hadoop.of(checkpoint);
    files.mkdirs(checkpoint.getParent());

    assertThatThrownBy(
            () ->
                parquet.writeParquetFileAtomically(
                    checkpoint.toString(), alerts(new UncheckedIOException(new IOException("x")))))
        .isInstanceOf(IOException.class);
    assertThat(files.listStatus(checkpoint.getParent())).isEmpty();

    parquet.writeParquetFileAtomically(checkpoint.toString(), alerts(null));
    long length = files.getFileStatus(checkpoint).getLen();
    assertThat(length).isPositive();
    assertThatThrownBy(
            () -> parquet.writeParquetFileAtomically(checkpoint.toString(), alerts(null)))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(files.listStatus(checkpoint.getParent()))
        .singleElement()
        .satisfies(file -> assertThat(file.getLen()).isEqualTo(length));
    hadoop.close();
  }

  /** A batch of one row, and then an end or a failure. */
  private static CloseableIterator<FilteredColumnarBatch> alerts(RuntimeException failure) {
    Alert alert = new Alert(NOW.toEpochMilli(), "kind", "subject", "message", Optional.empty());
    FilteredColumnarBatch batch =
        new FilteredColumnarBatch(TableSpec.ALERTS.columns(List.of(alert), ""), Optional.empty());
    return new CloseableIterator<>() {
      private int asked;

      @Override
      public boolean hasNext() {
        return asked == 0 || failure != null;
      }

      @Override
      public FilteredColumnarBatch next() {
        if (asked++ > 0) {
          throw failure;
        }
        return batch;
      }

      @Override
      public void close() {}
    };
  }
}
