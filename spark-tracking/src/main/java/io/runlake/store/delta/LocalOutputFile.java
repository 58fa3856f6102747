package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A local file that Kernel writes. */
final class LocalOutputFile implements OutputFile {
  private final Path file;

  LocalOutputFile(Path file) {
    this.file = file;
  }

  @Override
  public String path() {
    return LocalFiles.hadoopPath(file);
  }

  /**
   * Opens the file for writing; closing makes it durable.
   *
   * @param putIfAbsent the file gets its name when it is closed and only if the name is free then:
   *     checkpoints. Else it is written in place, under a name that nobody else has: data files.
   */
  @Override
  public PositionOutputStream create(boolean putIfAbsent) throws IOException {
    LocalFiles.createFolders(file.getParent());
    return new SyncedStream(file, putIfAbsent);
  }

  @Override
  public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
      throws IOException {
    StringBuilder text = new StringBuilder();
    try (lines) {
      while (lines.hasNext()) {
        text.append(lines.next()).append('\n');
      }
    }
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    if (overwrite) {
      LocalFiles.replace(file, content);
    } else if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    } else {
      LocalFiles.create(file, content);
    }
  }

  private static final class SyncedStream extends PositionOutputStream {
    private final Path target;
    private final boolean putIfAbsent;
    private final Path written;
    private final FileOutputStream disk;
    private final OutputStream out;
    private long position;
    private boolean closed;

    SyncedStream(Path target, boolean putIfAbsent) throws IOException {
      this.target = target;
      this.putIfAbsent = putIfAbsent;
      this.written = putIfAbsent ? LocalFiles.temporary(target) : target;
      this.disk = new FileOutputStream(written.toFile());
      this.out = new BufferedOutputStream(disk, 1 << 16);
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      position += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      boolean whole = false;
      try (disk) {
        out.flush();
        disk.getFD().sync();
        whole = true;
      } finally {
        if (!whole) {
          Files.deleteIfExists(written);
        }
      }
      if (putIfAbsent) {
        try {
          LocalFiles.link(written, target);
        } finally {
          Files.deleteIfExists(written);
        }
      }
      LocalFiles.syncFolder(target.getParent());
    }
  }
}
