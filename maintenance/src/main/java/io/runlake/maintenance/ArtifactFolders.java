package io.runlake.maintenance;

import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Deletes the artifacts of runs: of each run its own folder below {@code <root>/artifacts} and
 * nothing else. Symbolic links are not followed.
 */
final class ArtifactFolders {
  private final String root;
  private final Configuration configuration;

  ArtifactFolders(String root, Configuration configuration) {
    this.root = root;
    this.configuration = configuration;
  }

  /** What became of a folder. */
  enum Outcome {
    DELETED,
    /** It was gone already, or was never made. */
    GONE
  }

  /** Why the artifacts of a run are not touched; empty if they are where the store keeps them. */
  Optional<String> refusal(DoomedRun run) {
    try {
      new RunId(run.runId());
      new ExperimentId(run.experimentId());
    } catch (StoreException e) {
      return Optional.of(e.getMessage());
    }
    if (!run.artifactUri().isEmpty() && !isCanonical(run)) {
      return Optional.of(
          "its artifacts are at " + run.artifactUri() + " and not at " + folder(run));
    }
    return LocalDisk.path(root).flatMap(local -> linkOnTheWay(local, run));
  }

  private boolean isCanonical(DoomedRun run) {
    try {
      return new Path(run.artifactUri()).equals(new Path(folder(run)));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private String folder(DoomedRun run) {
    return root + "/artifacts/" + run.experimentId() + "/" + run.runId() + "/artifacts";
  }

  private static Optional<String> linkOnTheWay(java.nio.file.Path root, DoomedRun run) {
    java.nio.file.Path at = root;
    for (String name : new String[] {"artifacts", run.experimentId(), run.runId(), "artifacts"}) {
      at = at.resolve(name);
      if (Files.isSymbolicLink(at)) {
        return Optional.of(at + " is a symbolic link");
      }
    }
    return Optional.empty();
  }

  /** Deletes the folder of a run that {@link #refusal} lets pass. */
  Outcome delete(DoomedRun run) throws IOException {
    Optional<java.nio.file.Path> local = LocalDisk.path(folder(run));
    return local.isPresent() ? deleteLocal(local.get()) : deleteRemote(new Path(folder(run)));
  }

  private static Outcome deleteLocal(java.nio.file.Path folder) throws IOException {
    boolean there = Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
    if (there) {
      Files.walkFileTree(folder, new Deleting());
    }
    removeIfEmpty(folder.getParent());
    return there ? Outcome.DELETED : Outcome.GONE;
  }

  private static void removeIfEmpty(java.nio.file.Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // Something else of the run's lies beside its artifacts; it is not ours.
    }
  }

  /** Another collection may delete the same files at the same time. */
  private static final class Deleting extends SimpleFileVisitor<java.nio.file.Path> {
    @Override
    public FileVisitResult visitFile(java.nio.file.Path file, BasicFileAttributes attributes)
        throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(java.nio.file.Path file, IOException failure)
        throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(java.nio.file.Path folder, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }

  private Outcome deleteRemote(Path folder) throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    boolean there = files.delete(folder, true);
    Path run = folder.getParent();
    if (files.exists(run) && files.listStatus(run).length == 0) {
      files.delete(run, false);
    }
    return there ? Outcome.DELETED : Outcome.GONE;
  }

  /** Deletes a file of the collection's own. */
  void deleteFile(String path) throws IOException {
    Optional<java.nio.file.Path> local = LocalDisk.path(path);
    if (local.isPresent()) {
      Files.deleteIfExists(local.get());
    } else {
      Path file = new Path(path);
      file.getFileSystem(configuration).delete(file, false);
    }
  }
}
