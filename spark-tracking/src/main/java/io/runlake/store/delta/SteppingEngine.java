package io.runlake.store.delta;

import static io.delta.kernel.internal.util.Utils.toCloseableIterator;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.FileReadRequest;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.engine.JsonHandler;
import io.delta.kernel.engine.MetricsReporter;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An engine for one load of the newest version of a table. Kernel lists the log from the checkpoint
 * on that {@code _last_checkpoint} names, and a file system reads all names for that, however long
 * the log. Here the same files are found by their names, where it is certain that this finds all:
 * the checkpoint and its entry are there, and the entry is young, so that log clean-up cannot have
 * removed one that follows it. Else the log is listed.
 */
final class SteppingEngine implements Engine {
  /** Beyond so many entries a listing may find a newer checkpoint. */
  private static final int MOST_ENTRIES = 128;

  /** What Kernel asks for: all names from that of a version on. */
  private static final Pattern FROM_VERSION = Pattern.compile("(.*/_delta_log)/(\\d{20})\\.");

  private final Engine engine;
  private Optional<Instant> since = Optional.empty();

  SteppingEngine(Engine engine) {
    this.engine = engine;
  }

  /** Whether what was loaded is certainly the newest version, by the retention of its log. */
  boolean certain(Snapshot loaded) {
    return since.isEmpty()
        || loaded instanceof SnapshotImpl known && young(since.get(), LogEntries.trusted(known));
  }

  /** A time ahead of ours is not young: nothing is known of that clock. */
  private static boolean young(Instant time, Duration trusted) {
    Duration age = Duration.between(time, Instant.now());
    return !age.isNegative() && age.compareTo(trusted) < 0;
  }

  /** The files that a listing would find; empty if that cannot be told. */
  private Optional<List<FileStatus>> steps(String path) {
    Matcher from = FROM_VERSION.matcher(path);
    if (!from.matches()) {
      return Optional.empty();
    }
    try {
      return steps(
          new LogEntries(engine.getFileSystemClient(), from.group(1)),
          Long.parseLong(from.group(2)));
    } catch (IOException doubt) {
      return Optional.empty();
    }
  }

  private Optional<List<FileStatus>> steps(LogEntries log, long version) throws IOException {
    Optional<FileStatus> entry = log.find(version);
    Optional<FileStatus> checkpoint = entry.isEmpty() ? entry : log.checkpoint(version);
    if (checkpoint.isEmpty()) {
      return Optional.empty();
    }
    Optional<List<FileStatus>> later = log.after(version, MOST_ENTRIES);
    // After the steps: the process may have slept between two of them.
    Instant written = Instant.ofEpochMilli(entry.get().getModificationTime());
    if (later.isEmpty() || !young(written, LogEntries.LONGEST)) {
      return Optional.empty();
    }
    since = Optional.of(written);
    List<FileStatus> found = new ArrayList<>(later.get());
    found.add(entry.get());
    found.add(checkpoint.get());
    log.checksum(version, version + later.get().size()).ifPresent(found::add);
    found.sort(Comparator.comparing(FileStatus::getPath));
    return Optional.of(found);
  }

  @Override
  public FileSystemClient getFileSystemClient() {
    FileSystemClient files = engine.getFileSystemClient();
    return new FileSystemClient() {
      @Override
      public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
        Optional<List<FileStatus>> found = steps(path);
        return found.isPresent()
            ? toCloseableIterator(found.get().iterator())
            : files.listFrom(path);
      }

      @Override
      public String resolvePath(String path) throws IOException {
        return files.resolvePath(path);
      }

      @Override
      public CloseableIterator<ByteArrayInputStream> readFiles(
          CloseableIterator<FileReadRequest> requests) throws IOException {
        return files.readFiles(requests);
      }

      @Override
      public boolean mkdirs(String path) throws IOException {
        return files.mkdirs(path);
      }

      @Override
      public boolean delete(String path) throws IOException {
        return files.delete(path);
      }

      @Override
      public FileStatus getFileStatus(String path) throws IOException {
        return files.getFileStatus(path);
      }

      @Override
      public void copyFileAtomically(String from, String to, boolean overwrite) throws IOException {
        files.copyFileAtomically(from, to, overwrite);
      }
    };
  }

  @Override
  public ExpressionHandler getExpressionHandler() {
    return engine.getExpressionHandler();
  }

  @Override
  public JsonHandler getJsonHandler() {
    return engine.getJsonHandler();
  }

  @Override
  public ParquetHandler getParquetHandler() {
    return engine.getParquetHandler();
  }

  @Override
  public List<MetricsReporter> getMetricsReporters() {
    return engine.getMetricsReporters();
  }
}
