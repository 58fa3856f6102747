package io.runlake.store.delta;

import io.runlake.store.PutIfAbsent;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * Put-if-absent at any Hadoop path, with the primitive that the log of a table uses there: a hard
 * link on the local disk, a rename that does not overwrite on HDFS and Azure, a conditional create
 * on S3, a create that does not overwrite elsewhere.
 */
final class HadoopClaims implements PutIfAbsent {
  private final HadoopFiles hadoop;

  HadoopClaims(HadoopFiles hadoop) {
    this.hadoop = hadoop;
  }

  @Override
  public boolean put(String path, byte[] content) {
    return Storage.writing(
        path,
        () -> {
          try {
            if (LocalFiles.isLocal(path)) {
              putLocal(LocalFiles.path(path), content);
            } else {
              putRemote(new Path(path), content);
            }
            return true;
          } catch (FileAlreadyExistsException
              | org.apache.hadoop.fs.FileAlreadyExistsException taken) {
            return false;
          }
        });
  }

  private static void putLocal(java.nio.file.Path target, byte[] content) throws IOException {
    if (LocalFiles.fileInTheWay(target.getParent()).isPresent()) {
      throw new IOException("a file stands where a folder should be");
    }
    LocalFiles.createFolders(target.getParent());
    LocalFiles.create(target, content);
  }

  private void putRemote(Path target, byte[] content) throws IOException {
    if (S3.holds(target)) {
      S3.create(hadoop.proved(target.getParent()), target, out -> out.write(content));
      return;
    }
    FileSystem fileSystem = hadoop.of(target);
    if (fileSystem.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    fileSystem.mkdirs(target.getParent());
    if (!HadoopFiles.renames(target)) {
      try (FSDataOutputStream out = fileSystem.create(target, false)) {
        out.write(content);
      }
      return;
    }
    FileContext context = hadoop.context(target);
    Path temporary = HadoopFiles.temporary(target);
    try {
      try (FSDataOutputStream out =
          context.create(
              temporary, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
        out.write(content);
        out.hsync();
      }
      context.rename(temporary, target, Options.Rename.NONE);
    } finally {
      context.delete(temporary, false);
    }
  }

  @Override
  public Optional<byte[]> get(String path) {
    return Storage.reading(
        path,
        () -> {
          if (LocalFiles.isLocal(path)) {
            return LocalFiles.read(LocalFiles.path(path));
          }
          Path file = new Path(path);
          try (InputStream in = hadoop.of(file).open(file)) {
            return Optional.of(in.readAllBytes());
          } catch (FileNotFoundException none) {
            return Optional.empty();
          }
        });
  }

  @Override
  public List<String> list(String folder) {
    return Storage.reading(
        folder,
        () -> {
          List<String> names = new ArrayList<>();
          if (LocalFiles.isLocal(folder)) {
            java.nio.file.Path start = LocalFiles.path(folder);
            if (Files.isDirectory(start)) {
              try (Stream<java.nio.file.Path> entries = Files.list(start)) {
                entries
                    .filter(Files::isRegularFile)
                    .forEach(entry -> names.add(entry.getFileName().toString()));
              }
            }
          } else {
            listRemote(new Path(folder), names);
          }
          names.removeIf(LocalFiles::isTemporary);
          names.sort(null);
          return names;
        });
  }

  private void listRemote(Path folder, List<String> names) throws IOException {
    try {
      for (FileStatus entry : hadoop.of(folder).listStatus(folder)) {
        if (entry.isFile()) {
          names.add(entry.getPath().getName());
        }
      }
    } catch (FileNotFoundException none) {
      names.clear();
    }
  }
}
