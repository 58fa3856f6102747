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
import io.runlake.testkit.S3Server;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The conformance tests on Delta tables on S3. */
@Tag("slow")
class S3StoreTest extends StoreTck {
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults().withFileSystem(S3Server.shared().settings());
  private static int tests;

  private final String home = S3Server.shared().uri() + "/tck " + tests++;

  @Override
  protected Store fresh() {
    return again();
  }

  @Override
  protected Store again() {
    return Stores.open("delta:" + home + "/a root ü", OPTIONS);
  }

  @Override
  protected String folder() {
    return home + "/artifacts of a run";
  }

  @Test
  void openingAndReadingWriteNothing() throws Exception {
    assertThat(store.exists()).isFalse();
    assertThat(store.runs().current(RunScan.all())).isEmpty();
    assertThat(store.artifacts().list(folder(), ArtifactPath.of("x"))).isEmpty();
    assertThat(store.claims().list(folder())).isEmpty();
    store.flush();
    try (HadoopFiles hadoop = new HadoopFiles(S3Server.shared().settings())) {
      assertThat(hadoop.of(new Path(home)).exists(new Path(home))).isFalse();
    }
  }

  @Test
  void anArtifactWhoseSourceFailsIsNotThere() {
    InputStream broken =
        new InputStream() {
          private int read;

          @Override
          public int read() throws IOException {
            if (read++ > 100) {
              throw new IOException("the source broke");
            }
            return 'x';
          }
        };
    assertThatThrownBy(() -> store.artifacts().put(folder(), ArtifactPath.of("a/b"), broken))
        .hasMessageContaining("the source broke");
    assertThat(store.artifacts().list(folder(), ArtifactPath.of("a"))).isEmpty();
  }

  @Test
  void aCheckpointIsThereWholeOrNotAtAll() throws Exception {
    try (HadoopFiles hadoop = new HadoopFiles(S3Server.shared().settings())) {
      StoreEngine engine = new StoreEngine(new S3FileIO(hadoop, home), hadoop);
      ParquetHandler parquet = engine.getParquetHandler();
      Path checkpoint = new Path(home + "/log/1.checkpoint.parquet");
      FileSystem files = hadoop.of(checkpoint);

      assertThatThrownBy(
              () ->
                  parquet.writeParquetFileAtomically(
                      checkpoint.toString(),
                      alerts(new UncheckedIOException(new IOException("x")))))
          .isInstanceOf(IOException.class);
      assertThat(files.exists(checkpoint)).isFalse();

      parquet.writeParquetFileAtomically(checkpoint.toString(), alerts(null));
      FileStatus written = files.getFileStatus(checkpoint);
      assertThat(written.getLen()).isPositive();
      assertThatThrownBy(
              () -> parquet.writeParquetFileAtomically(checkpoint.toString(), alerts(null)))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(files.getFileStatus(checkpoint).getModificationTime())
          .isEqualTo(written.getModificationTime());
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
