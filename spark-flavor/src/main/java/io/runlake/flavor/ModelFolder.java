package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * The files of one model folder on a Hadoop file system. Without Hadoop's native library its local
 * one runs a program for each file whose permissions are set or read, which costs more than the
 * file; so on the local disk files get the permissions of the process, and are listed without any.
 */
final class ModelFolder {
  private static final int MAX_TEXT_BYTES = 4 << 20;
  private static final int BUFFER_BYTES = 4096;
  private static final long BLOCK_BYTES = 32 << 20;

  private final String path;
  private final Path root;
  private final FileSystem files;

  private ModelFolder(String path, Path root, FileSystem files) {
    this.path = path;
    this.root = root;
    this.files = files;
  }

  /** Settings that find Hadoop's defaults whatever the calling thread's class loader is. */
  static Configuration configuration() {
    Configuration configuration = new Configuration(false);
    configuration.setClassLoader(Configuration.class.getClassLoader());
    configuration.addResource("core-default.xml");
    configuration.addResource("core-site.xml");
    return configuration;
  }

  static ModelFolder open(String modelPath, Configuration configuration) {
    String canonical = new ModelUri.ModelPath(modelPath).path();
    try {
      Path root = new Path(canonical);
      FileSystem files = root.getFileSystem(configuration);
      return new ModelFolder(canonical, files.makeQualified(root), files);
    } catch (IOException | IllegalArgumentException e) {
      throw storage(canonical, "open", e);
    }
  }

  String path() {
    return path;
  }

  /** The full path of a file of the folder, for Spark. */
  String child(String relative) {
    return new Path(root, relative).toString();
  }

  boolean exists(String relative) {
    try {
      return files.exists(relative.isEmpty() ? root : new Path(root, relative));
    } catch (IOException e) {
      throw storage(path, "look for", e);
    }
  }

  /** The text of MLmodel, or why there is none. */
  String readDescriptor() {
    try {
      return readText(MlModel.FILE);
    } catch (FileNotFoundException e) {
      if (!exists("")) {
        throw new ModelException(Kind.NOT_FOUND, path, "There is no model at " + path, e);
      }
      if (exists("sparkml")) {
        throw new ModelException(
            Kind.DAMAGED,
            path,
            "The model at "
                + path
                + " has no MLmodel: its save did not end. Save it again elsewhere",
            e);
      }
      throw new ModelException(
          Kind.NOT_FOUND, path, "The folder " + path + " holds no model: it has no MLmodel", e);
    } catch (IOException e) {
      throw storage(path, "read", e);
    }
  }

  /** A small UTF-8 text. */
  String readText(String relative) throws IOException {
    byte[] bytes;
    try (InputStream in = open(relative)) {
      bytes = in.readNBytes(MAX_TEXT_BYTES + 1);
    }
    if (bytes.length > MAX_TEXT_BYTES) {
      throw new ModelException(
          Kind.BAD_FORMAT,
          path,
          path + "/" + relative + " is larger than " + MAX_TEXT_BYTES + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ModelException(
          Kind.BAD_FORMAT, path, path + "/" + relative + " is not UTF-8 text", e);
    }
  }

  /**
   * Opens a file.
   *
   * @throws FileNotFoundException if there is none; Java also throws that, and this does not, for
   *     one that cannot be opened, say because the process has too many files open
   */
  InputStream open(String relative) throws IOException {
    Path file = new Path(root, relative);
    try {
      return files.open(file);
    } catch (FileNotFoundException e) {
      if (!isFile(file)) {
        throw e;
      }
    }
    // It came into being in between, or it cannot be opened.
    try {
      return files.open(file);
    } catch (FileNotFoundException e) {
      throw isFile(file) ? new FileSystemException(file.toString(), null, e.getMessage()) : e;
    }
  }

  private boolean isFile(Path file) throws IOException {
    return files.exists(file) && files.getFileStatus(file).isFile();
  }

  /** The last four bytes as ASCII; empty for a shorter file. */
  String lastFour(String relative) {
    Path file = new Path(root, relative);
    try (FSDataInputStream in = files.open(file)) {
      long length = files.getFileStatus(file).getLen();
      if (length < 4) {
        return "";
      }
      byte[] bytes = new byte[4];
      in.readFully(length - 4, bytes);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw storage(path, "read " + relative + " of", e);
    }
  }

  Configuration settings() {
    return files.getConf();
  }

  Path hadoopPath(String relative) {
    return new Path(root, relative);
  }

  /** Writes a new file and makes it durable where the file system can. */
  void write(String relative, byte[] contents) {
    try (FSDataOutputStream out = create(new Path(root, relative))) {
      ((OutputStream) out).write(contents);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
    } catch (FileAlreadyExistsException e) {
      throw new ModelException(
          Kind.EXISTS, path, path + "/" + relative + " was written by someone else meanwhile", e);
    } catch (IOException e) {
      throw storage(path, "write " + relative + " of", e);
    }
  }

  private FSDataOutputStream create(Path file) throws IOException {
    return files instanceof LocalFileSystem local
        ? local.getRaw().create(file, false, BUFFER_BYTES, (short) 1, BLOCK_BYTES, null)
        : files.create(file, false);
  }

  /** Sizes of all files below the folder by relative path, in the order of their UTF-16 text. */
  SortedMap<String, Long> files() {
    SortedMap<String, Long> sizes = new TreeMap<>();
    try {
      if (files instanceof LocalFileSystem) {
        addBelow(root, sizes);
        return sizes;
      }
      RemoteIterator<LocatedFileStatus> all = files.listFiles(root, true);
      while (all.hasNext()) {
        add(all.next(), sizes);
      }
      return sizes;
    } catch (FileNotFoundException e) {
      throw new ModelException(Kind.NOT_FOUND, path, "There is no model at " + path, e);
    } catch (IOException e) {
      throw storage(path, "list", e);
    }
  }

  private void addBelow(Path folder, Map<String, Long> into) throws IOException {
    for (FileStatus entry : files.listStatus(folder)) {
      if (entry.isDirectory()) {
        addBelow(entry.getPath(), into);
      } else {
        add(entry, into);
      }
    }
  }

  private void add(FileStatus file, Map<String, Long> into) {
    String full = file.getPath().toUri().getPath();
    String prefix = root.toUri().getPath();
    into.put(full.substring(prefix.length()).replaceFirst("^/+", ""), file.getLen());
  }

  /** The size of all files. */
  static long bytes(Map<String, Long> sizes) {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  static ModelException storage(String path, String verb, Exception cause) {
    return new ModelException(
        Kind.STORAGE,
        path,
        "Cannot " + verb + " the model at " + path + ": " + cause.getMessage(),
        cause);
  }
}
