package io.runlake.store.delta;

import io.runlake.store.ArtifactPath;
import io.runlake.store.ArtifactStore;
import io.runlake.store.StoreException;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * The files of runs at any Hadoop path. On the local disk a file is written beside its place,
 * synced and renamed, and a symbolic link never leads out of the folder; on S3 it comes into being
 * when it is whole; elsewhere it is written beside its place and renamed.
 */
final class HadoopArtifacts implements ArtifactStore {
  private final HadoopFiles hadoop;

  HadoopArtifacts(HadoopFiles hadoop) {
    this.hadoop = hadoop;
  }

  @Override
  public void put(String folder, ArtifactPath path, InputStream content) {
    Storage.writing(
        path.below(folder),
        () -> {
          if (LocalFiles.isLocal(folder)) {
            putLocal(folder, path, content);
          } else {
            putRemote(new Path(path.below(folder)), content);
          }
        });
  }

  private static void putLocal(String folder, ArtifactPath path, InputStream content)
      throws IOException {
    java.nio.file.Path root = LocalFiles.path(folder);
    java.nio.file.Path target = root.resolve(path.value());
    LocalFiles.createFolders(root);
    requireInside(root, nearestExisting(target.getParent()), path);
    LocalFiles.createFolders(target.getParent());
    java.nio.file.Path temporary = LocalFiles.temporary(target);
    try {
      try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
        content.transferTo(out);
        out.getFD().sync();
      }
      LocalFiles.moveOver(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void putRemote(Path target, InputStream content) throws IOException {
    FileSystem fileSystem = hadoop.of(target);
    if (S3.holds(target)) {
      S3.replace(fileSystem, target, content::transferTo);
      return;
    }
    fileSystem.mkdirs(target.getParent());
    Path temporary = HadoopFiles.temporary(target);
    boolean done = false;
    try {
      try (OutputStream out = fileSystem.create(temporary, false)) {
        content.transferTo(out);
      }
      if (HadoopFiles.renames(target)) {
        // What was there stays readable until what replaces it is.
        hadoop.context(target).rename(temporary, target, Options.Rename.OVERWRITE);
        done = true;
        return;
      }
      if (fileSystem.exists(target)) {
        fileSystem.delete(target, false);
      }
      done = fileSystem.rename(temporary, target);
      if (!done) {
        throw new IOException("the file could not be renamed to " + target);
      }
    } finally {
      if (!done) {
        fileSystem.delete(temporary, false);
      }
    }
  }

  @Override
  public List<ArtifactFile> list(String folder, ArtifactPath path) {
    return Storage.reading(
        path.below(folder),
        () ->
            LocalFiles.isLocal(folder)
                ? listLocal(folder, path)
                : listRemote(new Path(path.below(folder)), path));
  }

  private static List<ArtifactFile> listLocal(String folder, ArtifactPath path) throws IOException {
    java.nio.file.Path root = LocalFiles.path(folder);
    java.nio.file.Path start = root.resolve(path.value());
    if (!Files.exists(start)) {
      return List.of();
    }
    requireInside(root, start, path);
    if (Files.isRegularFile(start)) {
      return List.of(new ArtifactFile(path.value(), false, Files.size(start)));
    }
    List<ArtifactFile> found = new ArrayList<>();
    try (Stream<java.nio.file.Path> entries = Files.list(start)) {
      for (java.nio.file.Path entry : (Iterable<java.nio.file.Path>) entries::iterator) {
        String name = entry.getFileName().toString();
        boolean folderEntry = Files.isDirectory(entry);
        if (!LocalFiles.isTemporary(name)) {
          found.add(
              new ArtifactFile(
                  below(path, name), folderEntry, folderEntry ? 0 : Files.size(entry)));
        }
      }
    }
    found.sort(Comparator.comparing(ArtifactFile::path));
    return found;
  }

  private List<ArtifactFile> listRemote(Path start, ArtifactPath path) throws IOException {
    FileSystem fileSystem = hadoop.of(start);
    List<ArtifactFile> found = new ArrayList<>();
    try {
      if (fileSystem.getFileStatus(start).isFile()) {
        return List.of(
            new ArtifactFile(path.value(), false, fileSystem.getFileStatus(start).getLen()));
      }
      for (FileStatus entry : fileSystem.listStatus(start)) {
        String name = entry.getPath().getName();
        if (!LocalFiles.isTemporary(name)) {
          found.add(
              new ArtifactFile(
                  below(path, name),
                  entry.isDirectory(),
                  entry.isDirectory() ? 0 : entry.getLen()));
        }
      }
    } catch (FileNotFoundException none) {
      return List.of();
    }
    found.sort(Comparator.comparing(ArtifactFile::path));
    return found;
  }

  @Override
  public InputStream open(String folder, ArtifactPath path) {
    return Storage.reading(
        path.below(folder),
        () -> {
          try {
            if (!LocalFiles.isLocal(folder)) {
              Path file = new Path(path.below(folder));
              return hadoop.of(file).open(file);
            }
            java.nio.file.Path root = LocalFiles.path(folder);
            java.nio.file.Path file = root.resolve(path.value());
            if (!Files.isRegularFile(file)) {
              throw new FileNotFoundException(file.toString());
            }
            requireInside(root, file, path);
            return new BufferedInputStream(LocalFiles.open(file, FileInputStream::new));
          } catch (FileNotFoundException e) {
            throw new StoreException(
                StoreException.Kind.NOT_FOUND, "No artifact '" + path + "' in " + folder + ".", e);
          }
        });
  }

  private static String below(ArtifactPath path, String name) {
    return path.value().isEmpty() ? name : path.value() + "/" + name;
  }

  private static java.nio.file.Path nearestExisting(java.nio.file.Path path) {
    java.nio.file.Path at = path;
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private static void requireInside(
      java.nio.file.Path root, java.nio.file.Path existing, ArtifactPath path) throws IOException {
    if (!existing.toRealPath().startsWith(root.toRealPath())) {
      throw new StoreException(
          StoreException.Kind.INVALID,
          "The artifact path '"
              + path
              + "' leads out of "
              + root
              + " by a symbolic link, to "
              + existing.toRealPath()
              + ".");
    }
  }
}
