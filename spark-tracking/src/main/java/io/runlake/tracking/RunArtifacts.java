package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.ArtifactPath;
import io.runlake.store.ArtifactStore;
import io.runlake.store.ArtifactStore.ArtifactFile;
import io.runlake.store.RunId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of one run. Thread-safe. */
final class RunArtifacts {
  /** A model that has an MLmodel has all its files, wherever the copying of it ended. */
  private static final Comparator<Path> DESCRIPTORS_LAST =
      Comparator.comparing((Path file) -> file.endsWith("MLmodel"))
          .thenComparing(Comparator.naturalOrder());

  private final RunId run;
  private final String folder;
  private final ArtifactStore store;

  /**
   * @param folder the run's artifact folder; empty text if the row that created the run is missing
   */
  RunArtifacts(RunId run, String folder, ArtifactStore store) {
    this.run = run;
    this.folder = folder;
    this.store = store;
  }

  String folder() {
    return folder;
  }

  void copyFile(Path file, String artifactPath) {
    if (!Files.isRegularFile(file)) {
      throw TrackingException.invalid(
          "No such file: '" + file + "' cannot become an artifact of run " + run + ".");
    }
    put(file, join(artifactPath, file.getFileName().toString()));
  }

  void copyFolder(Path source, String artifactPath) {
    if (!Files.isDirectory(source)) {
      throw TrackingException.invalid(
          "No such folder: '" + source + "' cannot become artifacts of run " + run + ".");
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(source)) {
      files = all.filter(Files::isRegularFile).sorted(DESCRIPTORS_LAST).toList();
    } catch (IOException e) {
      throw unreadable(source, e);
    }
    for (Path file : files) {
      String below = source.relativize(file).toString().replace(java.io.File.separatorChar, '/');
      put(file, join(artifactPath, below));
    }
  }

  void write(String text, String artifactPath) {
    TrackingException.mapped(
        () ->
            store.put(
                known(),
                ArtifactPath.of(artifactPath),
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
  }

  List<ArtifactFile> list(String path) {
    return TrackingException.mapped(() -> store.list(known(), path(path)));
  }

  InputStream open(String path) {
    return TrackingException.mapped(() -> store.open(known(), path(path)));
  }

  private String known() {
    if (folder.isEmpty()) {
      throw TrackingException.notFound(
          "The folder of the artifacts of run "
              + run
              + " is not known: the row that created the run is missing.");
    }
    return folder;
  }

  private static ArtifactPath path(String text) {
    return text.isEmpty() ? ArtifactPath.root() : ArtifactPath.of(text);
  }

  private void put(Path file, String path) {
    TrackingException.mapped(
        () -> {
          ArtifactPath target = ArtifactPath.of(path);
          try (InputStream content = Files.newInputStream(file)) {
            store.put(known(), target, content);
          } catch (IOException e) {
            throw unreadable(file, e);
          }
        });
  }

  private TrackingException unreadable(Path path, IOException e) {
    return new TrackingException(
        ErrorCode.INVALID_PARAMETER_VALUE,
        "Cannot read '" + path + "', which was to become an artifact of run " + run + ": " + e,
        e);
  }

  private static String join(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }
}
