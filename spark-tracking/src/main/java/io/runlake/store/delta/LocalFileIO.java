package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Kernel's files on the local disk, by {@code java.nio}. Stock Delta is not safe there: its rename
 * overwrites. What this gives: a log entry and a checkpoint come into being whole or not at all and
 * only if their name is free, and everything is on the disk before the call that wrote it returns.
 */
final class LocalFileIO implements FileIO {
  private final Map<String, String> settings;
  private final Configuration readConfiguration = new Configuration(false);

  LocalFileIO(Map<String, String> settings) {
    this.settings = Map.copyOf(settings);
    readConfiguration.setClassLoader(Configuration.class.getClassLoader());
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String filePath) throws IOException {
    Path from = LocalFiles.path(filePath);
    String first = from.getFileName().toString();
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(from.getParent())) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.compareTo(first) >= 0) {
          names.add(name);
        }
      }
    } catch (NoSuchFileException e) {
      throw notFound(from.getParent(), e);
    } catch (NotDirectoryException e) {
      if (Files.notExists(from.getParent()) && LocalFiles.fileInTheWay(from).isEmpty()) {
        throw notFound(from.getParent(), e);
      }
      throw e;
    }
    if (from.getParent().endsWith("_delta_log")) {
      LogGaps.unseen(names).stream().filter(name -> name.compareTo(first) >= 0).forEach(names::add);
    }
    Collections.sort(names);
    List<FileStatus> found = new ArrayList<>(names.size());
    for (String name : names) {
      status(from.resolveSibling(name)).ifPresent(found::add);
    }
    return closeable(found.iterator());
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    Path file = LocalFiles.path(path);
    return status(file).orElseThrow(() -> new FileNotFoundException(file.toString()));
  }

  private static Optional<FileStatus> status(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          FileStatus.of(
              LocalFiles.hadoopPath(file),
              attributes.size(),
              attributes.lastModifiedTime().toMillis()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static FileNotFoundException notFound(Path path, IOException cause) {
    FileNotFoundException translated = new FileNotFoundException(path.toString());
    translated.initCause(cause);
    return translated;
  }

  @Override
  public String resolvePath(String path) {
    return LocalFiles.hadoopPath(LocalFiles.path(path));
  }

  @Override
  public boolean mkdirs(String path) throws IOException {
    LocalFiles.createFolders(LocalFiles.path(path));
    return true;
  }

  @Override
  public InputFile newInputFile(String path, long fileSize) {
    return new LocalInputFile(LocalFiles.path(path), fileSize, readConfiguration);
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new LocalOutputFile(LocalFiles.path(path));
  }

  @Override
  public boolean delete(String path) throws IOException {
    Path file = LocalFiles.path(path);
    LocalFiles.deleteChecksum(file);
    return Files.deleteIfExists(file);
  }

  @Override
  public Optional<String> getConf(String key) {
    return Optional.ofNullable(settings.get(key));
  }

  @Override
  public void copyFileAtomically(String sourcePath, String targetPath, boolean overwrite)
      throws IOException {
    Path target = LocalFiles.path(targetPath);
    byte[] content =
        LocalFiles.read(LocalFiles.path(sourcePath))
            .orElseThrow(() -> new FileNotFoundException(sourcePath));
    if (overwrite) {
      LocalFiles.replace(target, content);
    } else if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    } else {
      LocalFiles.create(target, content);
    }
  }

  private static <T> CloseableIterator<T> closeable(Iterator<T> items) {
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public T next() {
        return items.next();
      }

      @Override
      public void close() {}
    };
  }
}
