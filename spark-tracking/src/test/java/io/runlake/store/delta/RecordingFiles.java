package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The local disk, with a record of every operation that touches it: {@code verb path}. */
final class RecordingFiles implements FileIO {
  private final FileIO disk;
  private final List<String> operations = new ArrayList<>();

  RecordingFiles() {
    this(new LocalFileIO(Map.of("parquet.compression", "SNAPPY")));
  }

  RecordingFiles(FileIO disk) {
    this.disk = disk;
  }

  /** What was done since the last call. */
  synchronized List<String> taken() {
    List<String> taken = List.copyOf(operations);
    operations.clear();
    return taken;
  }

  private synchronized void record(String verb, String path) {
    operations.add(verb + " " + path);
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    record("list", path);
    return disk.listFrom(path);
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    record("status", path);
    return disk.getFileStatus(path);
  }

  @Override
  public String resolvePath(String path) throws IOException {
    return disk.resolvePath(path);
  }

  @Override
  public boolean mkdirs(String path) throws IOException {
    record("mkdirs", path);
    return disk.mkdirs(path);
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    record("read", path);
    return disk.newInputFile(path, size);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    OutputFile file = disk.newOutputFile(path);
    return new OutputFile() {
      @Override
      public String path() {
        return file.path();
      }

      @Override
      public PositionOutputStream create(boolean putIfAbsent) throws IOException {
        record("create", path);
        return file.create(putIfAbsent);
      }

      @Override
      public void writeAtomically(CloseableIterator<String> data, boolean overwrite)
          throws IOException {
        record("write", path);
        file.writeAtomically(data, overwrite);
      }
    };
  }

  @Override
  public boolean delete(String path) throws IOException {
    record("delete", path);
    return disk.delete(path);
  }

  @Override
  public Optional<String> getConf(String key) {
    return disk.getConf(key);
  }

  @Override
  public void copyFileAtomically(String source, String target, boolean overwrite)
      throws IOException {
    record("copy", target);
    disk.copyFileAtomically(source, target, overwrite);
  }
}
