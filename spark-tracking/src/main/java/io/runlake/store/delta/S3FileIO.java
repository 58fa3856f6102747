package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.defaults.engine.hadoopio.HadoopInputFile;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Kernel's files on S3, through Hadoop's S3A. Stock Delta is safe there for the writers of one
 * process only. What this gives: a log entry and a checkpoint come into being whole or not at all
 * and only if their name is free. Before the first write it is proved that the service keeps to
 * that.
 */
final class S3FileIO implements FileIO {
  private final HadoopFiles hadoop;
  private final Path root;

  S3FileIO(HadoopFiles hadoop, String root) {
    this.hadoop = hadoop;
    this.root = new Path(root);
  }

  private FileSystem files() throws IOException {
    return hadoop.of(root);
  }

  /** The file system, known to be safe. */
  private FileSystem proved() throws IOException {
    return hadoop.proved(root);
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String filePath) throws IOException {
    Path from = new Path(filePath);
    Iterator<FileStatus> found =
        Arrays.stream(files().listStatus(from.getParent()))
            .filter(entry -> entry.getPath().getName().compareTo(from.getName()) >= 0)
            .sorted(Comparator.comparing(org.apache.hadoop.fs.FileStatus::getPath))
            .map(S3FileIO::status)
            .iterator();
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        return found.hasNext();
      }

      @Override
      public FileStatus next() {
        return found.next();
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return status(files().getFileStatus(new Path(path)));
  }

  private static FileStatus status(org.apache.hadoop.fs.FileStatus found) {
    return FileStatus.of(found.getPath().toString(), found.getLen(), found.getModificationTime());
  }

  @Override
  public String resolvePath(String path) throws IOException {
    return files().makeQualified(new Path(path)).toString();
  }

  /** There are no folders. */
  @Override
  public boolean mkdirs(String path) {
    return true;
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    return Storage.reading(path, () -> new HadoopInputFile(files(), new Path(path), size));
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new S3OutputFile(new Path(path));
  }

  @Override
  public boolean delete(String path) throws IOException {
    return files().delete(new Path(path), false);
  }

  @Override
  public Optional<String> getConf(String key) {
    return Optional.ofNullable(hadoop.configuration().get(key));
  }

  @Override
  public void copyFileAtomically(String source, String target, boolean overwrite)
      throws IOException {
    write(
        new Path(target),
        out -> {
          try (InputStream in = files().open(new Path(source))) {
            in.transferTo(out);
          }
        },
        overwrite);
  }

  private void write(Path target, S3.Content content, boolean overwrite) throws IOException {
    if (overwrite) {
      S3.replace(proved(), target, content);
    } else {
      S3.create(proved(), target, content);
    }
  }

  private final class S3OutputFile implements OutputFile {
    private final Path target;

    S3OutputFile(Path target) {
      this.target = target;
    }

    @Override
    public String path() {
      return target.toString();
    }

    /** The file comes into being when it is closed. */
    @Override
    public PositionOutputStream create(boolean putIfAbsent) throws IOException {
      return new S3Stream(target, S3.open(proved(), target, putIfAbsent));
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
      write(target, out -> out.write(content), overwrite);
    }
  }

  private static final class S3Stream extends PositionOutputStream {
    private final Path target;
    private final FSDataOutputStream out;

    S3Stream(Path target, FSDataOutputStream out) {
      this.target = target;
      this.out = out;
    }

    @Override
    public long getPos() {
      return out.getPos();
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      try {
        out.close();
      } catch (IOException e) {
        throw S3.translated(target, e);
      }
    }
  }
}
