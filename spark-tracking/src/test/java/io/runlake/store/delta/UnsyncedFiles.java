package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The local disk without a sync: atomic, and gone with the power. What tests of durability must
 * refuse.
 */
final class UnsyncedFiles implements FileIO {
  private final FileIO disk = new LocalFileIO(Map.of("parquet.compression", "SNAPPY"));

  @Override
  public OutputFile newOutputFile(String path) {
    Path file = LocalFiles.path(path);
    return new OutputFile() {
      @Override
      public String path() {
        return path;
      }

      @Override
      public PositionOutputStream create(boolean putIfAbsent) throws IOException {
        Files.createDirectories(file.getParent());
        return new Plain(file);
      }

      @Override
      public void writeAtomically(CloseableIterator<String> lines, boolean overwrite)
          throws IOException {
        StringBuilder text = new StringBuilder();
        try (lines) {
          lines.forEachRemaining(line -> text.append(line).append('\n'));
        }
        Path temporary = LocalFiles.temporary(file);
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
          out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        if (overwrite) {
          Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        } else {
          LocalFiles.link(temporary, file);
          Files.delete(temporary);
        }
      }
    };
  }

  private static final class Plain extends PositionOutputStream {
    private final FileOutputStream out;
    private long position;

    Plain(Path file) throws IOException {
      this.out = new FileOutputStream(file.toFile());
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
    public void close() throws IOException {
      out.close();
    }
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    return disk.listFrom(path);
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return disk.getFileStatus(path);
  }

  @Override
  public String resolvePath(String path) throws IOException {
    return disk.resolvePath(path);
  }

  @Override
  public boolean mkdirs(String path) throws IOException {
    Files.createDirectories(LocalFiles.path(path));
    return true;
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    return disk.newInputFile(path, size);
  }

  @Override
  public boolean delete(String path) throws IOException {
    return disk.delete(path);
  }

  @Override
  public Optional<String> getConf(String key) {
    return disk.getConf(key);
  }

  @Override
  public void copyFileAtomically(String source, String target, boolean overwrite)
      throws IOException {
    disk.copyFileAtomically(source, target, overwrite);
  }
}
