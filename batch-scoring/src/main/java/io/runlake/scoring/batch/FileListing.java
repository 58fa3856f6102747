package io.runlake.scoring.batch;

import io.runlake.scoring.JobException;
import io.runlake.scoring.batch.JobSettings.InputSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files that an input has at one instant.
 *
 * @param basePath the folder that was named, if it was one folder: its subfolders may be partitions
 */
record FileListing(List<Entry> files, Optional<String> basePath, Configuration configuration) {

  /**
   * A file.
   *
   * @param length in bytes
   * @param modified milliseconds since the epoch
   */
  record Entry(String path, long length, long modified) {}

  /**
   * Lists files, folders (with what is below them) and globs. Names that begin with {@code _} or
   * {@code .} are left out below folders, as Spark leaves them out.
   *
   * @throws JobException BAD_INPUT if a path names nothing
   */
  static FileListing of(List<String> paths, Configuration configuration) throws IOException {
    List<Entry> files = new ArrayList<>();
    Optional<String> basePath = Optional.empty();
    for (String text : paths) {
      Path path = new Path(text);
      FileSystem fileSystem = path.getFileSystem(configuration);
      FileStatus[] found = fileSystem.globStatus(path);
      if (found == null || found.length == 0) {
        throw JobException.badInput(
            "No such input: nothing is at " + fileSystem.makeQualified(path) + ".");
      }
      for (FileStatus status : found) {
        if (paths.size() == 1 && found.length == 1 && status.isDirectory()) {
          basePath = Optional.of(status.getPath().toString());
        }
        add(status, fileSystem, files);
      }
    }
    if (files.isEmpty()) {
      throw JobException.badInput("No such input: there is no file in " + paths + ".");
    }
    files.sort(Comparator.comparing(Entry::path));
    return new FileListing(files.stream().distinct().toList(), basePath, configuration);
  }

  private static void add(FileStatus status, FileSystem fileSystem, List<Entry> files)
      throws IOException {
    if (!status.isDirectory()) {
      files.add(
          new Entry(status.getPath().toString(), status.getLen(), status.getModificationTime()));
      return;
    }
    for (FileStatus child : fileSystem.listStatus(status.getPath())) {
      String name = child.getPath().getName();
      boolean partition = child.isDirectory() && name.indexOf('=') > 0;
      if (!name.startsWith(".") && (!name.startsWith("_") || partition)) {
        add(child, fileSystem, files);
      }
    }
  }

  List<String> paths() {
    return files.stream().map(Entry::path).toList();
  }

  /** A hash over the files, the format, the options and the schema. */
  String version(InputSettings settings) {
    StringBuilder text = new StringBuilder();
    text.append(settings.format()).append('\n').append(settings.schema().orElse("")).append('\n');
    new TreeMap<>(settings.options())
        .forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    for (Entry file : files) {
      text.append(file.path()).append('\t').append(file.length()).append('\t');
      text.append(file.modified()).append('\n');
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return "files:" + HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /** The first file that is not as it was listed. */
  Optional<String> change() {
    for (Entry file : files) {
      Path path = new Path(file.path());
      try {
        FileStatus now = path.getFileSystem(configuration).getFileStatus(path);
        if (now.getLen() != file.length() || now.getModificationTime() != file.modified()) {
          return Optional.of(
              file.path() + " had " + file.length() + " bytes and has " + now.getLen() + " now");
        }
      } catch (FileNotFoundException e) {
        return Optional.of(file.path() + " is gone");
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot look at the input file " + file.path() + ".", e);
      }
    }
    return Optional.empty();
  }
}
