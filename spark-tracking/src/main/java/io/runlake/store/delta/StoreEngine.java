package io.runlake.store.delta;

import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.defaults.engine.DefaultParquetHandler;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.engine.MetricsReporter;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Kernel's default engine over files of ours, without its reports, and with checkpoints that are
 * whole on the local disk.
 */
final class StoreEngine extends DefaultEngine {
  private final ParquetHandler parquet;
  private final DataFileReader dataFiles;

  StoreEngine(FileIO files, boolean local) {
    super(files);
    this.dataFiles = new DataFileReader(files);
    this.parquet = local ? new WholeCheckpoints(files) : new DefaultParquetHandler(files);
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

  /**
   * Kernel closes its Parquet writer, and so publishes the file, even when the rows could not be
   * read to their end. A checkpoint that lacks rows loses data without a word; so it is written
   * under a temporary name and gets its own only after all went well.
   */
  private static final class WholeCheckpoints extends DefaultParquetHandler {
    WholeCheckpoints(FileIO files) {
      super(files);
    }

    @Override
    public void writeParquetFileAtomically(
        String filePath, CloseableIterator<FilteredColumnarBatch> rows) throws IOException {
      Path target = LocalFiles.path(filePath);
      Path temporary = LocalFiles.temporary(target);
      try {
        super.writeParquetFileAtomically(LocalFiles.hadoopPath(temporary), rows);
        LocalFiles.link(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
      LocalFiles.syncFolder(target.getParent());
    }
  }
}
