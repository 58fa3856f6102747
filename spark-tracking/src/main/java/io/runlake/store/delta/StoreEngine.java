package io.runlake.store.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.DefaultParquetHandler;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.engine.MetricsReporter;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options;

/** Kernel's default engine over files of ours, without its reports, and with whole checkpoints. */
final class StoreEngine extends DefaultEngine {
  private final ParquetHandler parquet;
  private final DataFileReader dataFiles;

  StoreEngine(FileIO files, HadoopFiles hadoop) {
    super(files);
    this.dataFiles = new DataFileReader(files);
    this.parquet = new WholeCheckpoints(files, hadoop);
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return parquet;
  }

  /** The reader of data files that need no transformation. */
  DataFileReader dataFiles() {
    return dataFiles;
  }

  @Override
  public List<MetricsReporter> getMetricsReporters() {
    return List.of();
  }

  /** Data files, each written when it is asked for. */
  private record LocalWrites(CloseableIterator<DataFileStatus> files)
      implements CloseableIterator<DataFileStatus> {
    @Override
    public boolean hasNext() {
      try {
        return BareSettings.in(files::hasNext);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public DataFileStatus next() {
      try {
        return BareSettings.in(files::next);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      files.close();
    }
  }

  /**
   * Kernel closes its Parquet writer, and so publishes the file, even when the rows could not be
   * read to their end. A checkpoint that lacks rows loses data without a word; so it is written
   * under a temporary name, for S3 on the local disk, and gets its own only after all went well. On
   * other object stores it is Kernel's.
   */
  private static final class WholeCheckpoints extends DefaultParquetHandler {
    private final HadoopFiles hadoop;

    WholeCheckpoints(FileIO files, HadoopFiles hadoop) {
      super(files);
      this.hadoop = hadoop;
    }

    @Override
    public CloseableIterator<DataFileStatus> writeParquetFiles(
        String directory, CloseableIterator<FilteredColumnarBatch> rows, List<Column> statistics)
        throws IOException {
      CloseableIterator<DataFileStatus> files =
          super.writeParquetFiles(directory, rows, statistics);
      return LocalFiles.isLocal(directory) ? new LocalWrites(files) : files;
    }

    @Override
    public void writeParquetFileAtomically(
        String filePath, CloseableIterator<FilteredColumnarBatch> rows) throws IOException {
      if (LocalFiles.isLocal(filePath)) {
        writeLocal(LocalFiles.path(filePath), rows);
        return;
      }
      var target = new org.apache.hadoop.fs.Path(filePath);
      if (HadoopFiles.renames(target)) {
        writeAndRename(target, rows);
      } else if (S3.holds(target)) {
        writeAndUpload(target, rows);
      } else {
        super.writeParquetFileAtomically(filePath, rows);
      }
    }

    private void writeLocal(Path target, CloseableIterator<FilteredColumnarBatch> rows)
        throws IOException {
      Path temporary = LocalFiles.temporary(target);
      try {
        BareSettings.in(
            () -> {
              super.writeParquetFileAtomically(LocalFiles.hadoopPath(temporary), rows);
              return null;
            });
        LocalFiles.link(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
      LocalFiles.syncFolder(target.getParent());
    }

    private void writeAndUpload(
        org.apache.hadoop.fs.Path target, CloseableIterator<FilteredColumnarBatch> rows)
        throws IOException {
      Path folder = Files.createTempDirectory("runlake-checkpoint");
      Path whole = folder.resolve(target.getName());
      try {
        new DefaultParquetHandler(new LocalFileIO(Map.of("parquet.compression", "SNAPPY")))
            .writeParquetFileAtomically(LocalFiles.hadoopPath(whole), rows);
        S3.create(hadoop.proved(target.getParent()), target, out -> Files.copy(whole, out));
      } finally {
        Files.deleteIfExists(whole);
        Files.deleteIfExists(folder);
      }
    }

    private void writeAndRename(
        org.apache.hadoop.fs.Path target, CloseableIterator<FilteredColumnarBatch> rows)
        throws IOException {
      FileContext context = hadoop.context(target);
      var temporary = HadoopFiles.temporary(target);
      try {
        super.writeParquetFileAtomically(temporary.toString(), rows);
        context.rename(temporary, target, Options.Rename.NONE);
      } catch (org.apache.hadoop.fs.FileAlreadyExistsException taken) {
        throw new FileAlreadyExistsException(target.toString());
      } finally {
        context.delete(temporary, false);
      }
    }
  }
}
