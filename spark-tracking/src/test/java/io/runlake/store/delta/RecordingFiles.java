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

/**
 * The local disk, with a record of every operation that touches it, {@code verb path}, and a gate
 * that each passes before and after.
 */
final class RecordingFiles implements FileIO {
  /** May fail an operation, or do something at that moment. */
  interface Gate {
    void pass(String verb, String path, boolean done) throws IOException;
  }

  private interface Operation<T> {
    T run() throws IOException;
  }

  private final FileIO disk;
  private final List<String> operations = new ArrayList<>();

  volatile Gate gate = (verb, path, done) -> {};

  RecordingFiles() {
    this.disk = new LocalFileIO(Map.of("parquet.compression", "SNAPPY"));
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

  private <T> T through(String verb, String path, Operation<T> operation) throws IOException {
    record(verb, path);
    gate.pass(verb, path, false);
    T result = operation.run();
    gate.pass(verb, path, true);
    return result;
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    return through("list", path, () -> disk.listFrom(path));
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return through("status", path, () -> disk.getFileStatus(path));
  }

  @Override
  public String resolvePath(String path) throws IOException {
    return disk.resolvePath(path);
  }

  @Override
  public boolean mkdirs(String path) throws IOException {
    return through("mkdirs", path, () -> disk.mkdirs(path));
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
        return through("create", path, () -> file.create(putIfAbsent));
      }

      @Override
      public void writeAtomically(CloseableIterator<String> data, boolean overwrite)
          throws IOException {
        through(
            "write",
            path,
            () -> {
              file.writeAtomically(data, overwrite);
              return true;
            });
      }
    };
  }

  @Override
  public boolean delete(String path) throws IOException {
    return through("delete", path, () -> disk.delete(path));
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
