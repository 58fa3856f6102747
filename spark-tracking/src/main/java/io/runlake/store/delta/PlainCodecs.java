package io.runlake.store.delta;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopCodecs;
import org.xerial.snappy.Snappy;

/**
 * Snappy, which is what the store writes, array by array; every other codec by Hadoop's streams,
 * whose buffers cost more than the pages of our small files.
 */
final class PlainCodecs implements CompressionCodecFactory {
  private static final BytesInputDecompressor SNAPPY = new PlainSnappy();

  private final Configuration configuration;
  private CompressionCodecFactory others;

  PlainCodecs(Configuration configuration) {
    this.configuration = configuration;
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return codec == CompressionCodecName.SNAPPY ? SNAPPY : others().getDecompressor(codec);
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return others().getCompressor(codec);
  }

  private CompressionCodecFactory others() {
    if (others == null) {
      others = HadoopCodecs.newFactory(new HadoopParquetConfiguration(configuration), 0);
    }
    return others;
  }

  @Override
  public void release() {
    if (others != null) {
      others.release();
    }
  }

  private static final class PlainSnappy implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int uncompressedSize) throws IOException {
      byte[] compressed = new byte[Math.toIntExact(bytes.size())];
      new DataInputStream(bytes.toInputStream()).readFully(compressed);
      byte[] content = Snappy.uncompress(compressed);
      if (content.length != uncompressedSize) {
        throw new IOException(
            "A page has " + content.length + " bytes, its header says " + uncompressedSize);
      }
      return BytesInput.from(content);
    }

    @Override
    public void decompress(
        ByteBuffer input, int compressedSize, ByteBuffer output, int uncompressedSize)
        throws IOException {
      byte[] compressed = new byte[compressedSize];
      input.get(compressed);
      output.put(Snappy.uncompress(compressed));
    }

    @Override
    public void release() {}
  }
}
