package io.runlake.store.delta;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.defaults.engine.hadoopio.HadoopInputFile;
import io.delta.kernel.defaults.internal.parquet.ParquetFileReader.BatchReadSupport;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport.ReadContext;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.RecordMaterializer;

/**
 * Reads a data file through Kernel's column readers. A store has thousands of files of a few rows
 * each, and Kernel's own way to a file reads its footer twice and makes room for a thousand rows;
 * that is most of the time of a search. Thread-safe.
 */
final class DataFileReader {
  private static final int MOST_ROWS_IN_A_BATCH = 1024;

  /** A smaller file is one page a column. */
  private static final long WORTH_FILTERING = 64 << 10;

  private final FileIO files;

  DataFileReader(FileIO files) {
    this.files = files;
  }

  /** Gives all rows of a file, in batches; columns that the file lacks are null. */
  void read(FileStatus status, StructType schema, Consumer<ColumnarBatch> consumer)
      throws IOException {
    read(status, schema, Optional.empty(), consumer);
  }

  /**
   * Gives the rows of a file, in batches; columns that the file lacks are null.
   *
   * @param filter leaves out row groups and pages whose statistics rule them out
   */
  void read(
      FileStatus status,
      StructType schema,
      Optional<FilterPredicate> filter,
      Consumer<ColumnarBatch> consumer)
      throws IOException {
    var file = files.newInputFile(status.getPath(), status.getSize());
    // A fresh configuration would look for Hadoop's XML files on the class path.
    Configuration configuration =
        file instanceof HadoopInputFile hadoop ? hadoop.configuration() : new Configuration();
    ParquetReadOptions.Builder options =
        ParquetReadOptions.builder(new HadoopParquetConfiguration(configuration))
            .useRecordFilter(false)
            .withCodecFactory(new PlainCodecs(configuration));
    boolean filtered = filter.isPresent() && status.getSize() >= WORTH_FILTERING;
    if (filtered) {
      options.withRecordFilter(FilterCompat.get(filter.get()));
    }
    try (ParquetFileReader reader = ParquetFileReader.open(new Input(file), options.build())) {
      read(reader, schema, filtered, configuration, consumer);
    }
  }

  private static void read(
      ParquetFileReader reader,
      StructType schema,
      boolean filtered,
      Configuration configuration,
      Consumer<ColumnarBatch> consumer)
      throws IOException {
    FileMetaData metadata = reader.getFileMetaData();
    int most = (int) Math.max(1, Math.min(MOST_ROWS_IN_A_BATCH, reader.getRecordCount()));
    BatchReadSupport batches = new BatchReadSupport(most, schema);
    ReadContext context =
        batches.init(new InitContext(configuration, Map.of(), metadata.getSchema()));
    reader.setRequestedSchema(context.getRequestedSchema());
    RecordMaterializer<Object> materializer =
        batches.prepareForRead(
            configuration, metadata.getKeyValueMetaData(), metadata.getSchema(), context);
    MessageColumnIO columns =
        new ColumnIOFactory(metadata.getCreatedBy())
            .getColumnIO(context.getRequestedSchema(), metadata.getSchema());
    int rows = 0;
    for (PageReadStore group = next(reader, filtered);
        group != null;
        group = next(reader, filtered)) {
      RecordReader<Object> records =
          columns.getRecordReader(group, materializer, FilterCompat.NOOP);
      for (long left = group.getRowCount(); left > 0; left--) {
        records.read();
        batches.finalizeCurrentRow(-1);
        rows++;
        if (rows == most) {
          consumer.accept(batches.getDataAsColumnarBatch(rows));
          rows = 0;
        }
      }
    }
    if (rows > 0) {
      consumer.accept(batches.getDataAsColumnarBatch(rows));
    }
  }

  private static PageReadStore next(ParquetFileReader reader, boolean filtered) throws IOException {
    return filtered ? reader.readNextFilteredRowGroup() : reader.readNextRowGroup();
  }

  /** Kernel's file as one of Parquet's. */
  private record Input(io.delta.kernel.defaults.engine.fileio.InputFile file) implements InputFile {
    @Override
    public long getLength() throws IOException {
      return file.length();
    }

    @Override
    public org.apache.parquet.io.SeekableInputStream newStream() throws IOException {
      SeekableInputStream stream = file.newStream();
      return new DelegatingSeekableInputStream(stream) {
        @Override
        public long getPos() throws IOException {
          return stream.getPos();
        }

        @Override
        public void seek(long position) throws IOException {
          stream.seek(position);
        }
      };
    }
  }
}
