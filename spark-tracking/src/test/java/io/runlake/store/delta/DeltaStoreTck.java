package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.utils.CloseableIterator;
import io.runlake.store.Alert;
import io.runlake.store.ArtifactPath;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.StoreTck;
import io.runlake.store.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

/** The conformance tests on Delta tables, and what holds for these on every file system. */
abstract class DeltaStoreTck extends StoreTck {
  /** A folder of this test's alone, as a Hadoop path; nothing of it is there yet. */
  abstract String home();

  /** Hadoop's settings that lead to it. */
  Map<String, String> settings() {
    return Map.of();
  }

  @Override
  protected final Store fresh() {
    return again();
  }

  @Override
  protected final Store again() {
    return Stores.open(
        "delta:" + home() + "/a root ü", StoreOptions.defaults().withFileSystem(settings()));
  }

  @Override
  protected final String folder() {
    return home() + "/artifacts of a run";
  }

  @Test
  void openingAndReadingWriteNothing() throws Exception {
    assertThat(store.exists()).isFalse();
    assertThat(store.runs().current(RunScan.all())).isEmpty();
    assertThat(store.artifacts().list(folder(), ArtifactPath.of("x"))).isEmpty();
    assertThat(store.claims().list(folder())).isEmpty();
    store.flush();
    try (HadoopFiles hadoop = new HadoopFiles(settings())) {
      assertThat(hadoop.of(new Path(home())).exists(new Path(home() + "/a root ü"))).isFalse();
      assertThat(hadoop.of(new Path(home())).exists(new Path(folder()))).isFalse();
    }
  }

  @Test
  void aCheckpointIsThereWholeOrNotAtAll() throws Exception {
    try (HadoopFiles hadoop = new HadoopFiles(settings())) {
      StoreEngine engine = new StoreEngine(DeltaRoot.fileIO(home(), hadoop), hadoop);
      ParquetHandler parquet = engine.getParquetHandler();
      Path checkpoint = new Path(home() + "/log/1.checkpoint.parquet");
      FileSystem files = hadoop.of(checkpoint);
      files.mkdirs(checkpoint.getParent());

      assertThatThrownBy(
              () ->
                  parquet.writeParquetFileAtomically(
                      checkpoint.toString(),
                      alerts(new UncheckedIOException(new IOException("x")))))
          .isInstanceOf(IOException.class);
      assertThat(files.listStatus(checkpoint.getParent())).isEmpty();

      parquet.writeParquetFileAtomically(checkpoint.toString(), alerts(null));
      FileStatus written = files.getFileStatus(checkpoint);
      assertThat(written.getLen()).isPositive();
      assertThatThrownBy(
              () -> parquet.writeParquetFileAtomically(checkpoint.toString(), alerts(null)))
          .isInstanceOf(FileAlreadyExistsException.class);
      FileStatus kept = files.getFileStatus(checkpoint);
      assertThat(kept.getLen()).isEqualTo(written.getLen());
      assertThat(kept.getModificationTime()).isEqualTo(written.getModificationTime());
      // Nothing temporary stays, but for the marker of those who probed for conditional PUTs.
      assertThat(files.listStatus(checkpoint.getParent()))
          .filteredOn(file -> !file.getPath().getName().equals(".conditional-create.tmp"))
          .hasSize(1);
    }
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
