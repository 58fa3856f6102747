package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.defaults.engine.hadoopio.HadoopInputFile;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/**
 * A local file for Kernel's readers. It is a {@link HadoopInputFile} because Kernel asks only such
 * a one for its configuration and parses Hadoop's XML files anew for every other.
 */
final class LocalInputFile extends HadoopInputFile {
  /** Below this a file is read in one go: most files of a store are some kilobytes. */
  private static final int WHOLE = 1 << 20;

  private final Path file;
  private final long size;
  private final Configuration configuration;

  LocalInputFile(Path file, long size, Configuration configuration) {
    super(null, new org.apache.hadoop.fs.Path(LocalFiles.hadoopPath(file)), size);
    this.file = file;
    this.size = size;
    this.configuration = configuration;
  }

  @Override
  public long length() throws IOException {
    return size > 0 ? size : file.toFile().length();
  }

  @Override
  public Configuration configuration() {
    return configuration;
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    if (length() > WHOLE) {
      return new Large(LocalFiles.open(file, found -> new RandomAccessFile(found, "r")));
    }
    return new Bytes(
        file, LocalFiles.read(file).orElseThrow(() -> new FileNotFoundException(file.toString())));
  }

  /** A file whose content is in memory. */
  private static final class Bytes extends SeekableInputStream {
    private final Path file;
    private final byte[] content;
    private int position;

    Bytes(Path file, byte[] content) {
      this.file = file;
      this.content = content;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void seek(long newPosition) throws IOException {
      if (newPosition < 0 || newPosition > content.length) {
        throw new EOFException(
            "Cannot seek to byte " + newPosition + " of the " + content.length + " of " + file);
      }
      position = (int) newPosition;
    }

    @Override
    public int read() {
      return position < content.length ? content[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      int read = Math.min(length, content.length - position);
      if (read <= 0) {
        return -1;
      }
      System.arraycopy(content, position, target, offset, read);
      position += read;
      return read;
    }

    @Override
    public int available() {
      return content.length - position;
    }

    @Override
    public void readFully(byte[] target, int offset, int length) throws IOException {
      if (read(target, offset, length) < length) {
        throw new EOFException(file + " ends before byte " + (position + length));
      }
    }
  }

  /** A larger file, read through one buffer. */
  private static final class Large extends SeekableInputStream {
    private final RandomAccessFile content;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int limit;

    Large(RandomAccessFile content) {
      this.content = content;
    }

    @Override
    public long getPos() throws IOException {
      return content.getFilePointer() - (limit - at);
    }

    @Override
    public void seek(long newPosition) throws IOException {
      at = 0;
      limit = 0;
      content.seek(newPosition);
    }

    private boolean fill() throws IOException {
      if (at < limit) {
        return true;
      }
      at = 0;
      limit = Math.max(0, content.read(buffer, 0, buffer.length));
      return limit > 0;
    }

    @Override
    public int read() throws IOException {
      return fill() ? buffer[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (at == limit && length >= buffer.length) {
        return content.read(target, offset, length);
      }
      if (!fill()) {
        return -1;
      }
      int read = Math.min(length, limit - at);
      System.arraycopy(buffer, at, target, offset, read);
      at += read;
      return read;
    }

    @Override
    public int available() {
      return limit - at;
    }

    @Override
    public void readFully(byte[] target, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int read = read(target, offset + done, length - done);
        if (read < 0) {
          throw new EOFException("The file ends at " + getPos());
        }
        done += read;
      }
    }

    @Override
    public void close() throws IOException {
      content.close();
    }
  }
}
