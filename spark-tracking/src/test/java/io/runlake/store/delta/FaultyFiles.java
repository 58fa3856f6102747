package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.PositionOutputStream;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The local disk, or another, whose answers to writing a log entry can be made to fail. */
final class FaultyFiles implements FileIO {
  /** What goes wrong with a write of a log entry. */
  enum Fault {
    NONE,
    /** The entry is written, the answer is an error. */
    LOST_ANSWER,
    /** The entry is written, the answer is that somebody else's was there. */
    LOST_ANSWER_AS_CONFLICT,
    /** Nothing is written. */
    NOT_WRITTEN,
    /** The entry is written, the answer is an error, and reading it back fails some times. */
    LOST_ANSWER_AND_BLIND
  }

  /** Says what happens to the write of an entry, from its number among all such writes. */
  interface Plan {
    Fault fault(int write);
  }

  private final FileIO disk;
  private final Plan plan;
  private final AtomicInteger writes = new AtomicInteger();
  private final AtomicInteger blindFor = new AtomicInteger();
  private final List<String> entries = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger faults = new AtomicInteger();
  volatile boolean dead;

  /** How many listings of a log do not show its newest entry yet. */
  final AtomicInteger staleListings = new AtomicInteger();

  /** What a write of a log entry waits for. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  FaultyFiles(Plan plan) {
    this(new LocalFileIO(Map.of("parquet.compression", "SNAPPY")), plan);
  }

  FaultyFiles(FileIO disk, Plan plan) {
    this.disk = disk;
    this.plan = plan;
  }

  /** The log entries that were to be written so far, by the number that a plan knows them by. */
  List<String> entries() {
    return List.copyOf(entries);
  }

  private void await() throws IOException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void requireAlive() throws IOException {
    if (dead) {
      throw new IOException("the disk does not answer");
    }
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
        requireAlive();
        return file.create(putIfAbsent);
      }

      @Override
      public void writeAtomically(CloseableIterator<String> data, boolean overwrite)
          throws IOException {
        requireAlive();
        await();
        Fault fault = Fault.NONE;
        if (path.matches(".*/\\d{20}\\.json")) {
          entries.add(path);
          fault = plan.fault(writes.getAndIncrement());
        }
        if (fault != Fault.NOT_WRITTEN) {
          file.writeAtomically(data, overwrite);
        }
        if (fault == Fault.NONE) {
          return;
        }
        faults.incrementAndGet();
        if (fault == Fault.LOST_ANSWER_AND_BLIND) {
          blindFor.set(2);
        }
        if (fault == Fault.LOST_ANSWER_AS_CONFLICT) {
          throw new FileAlreadyExistsException(path);
        }
        throw new IOException("the answer was lost");
      }
    };
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    requireAlive();
    if (path.endsWith(".json") && blindFor.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IOException("cannot see now");
    }
    return disk.getFileStatus(path);
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String path) throws IOException {
    requireAlive();
    if (!path.contains("_delta_log")
        || staleListings.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
      return disk.listFrom(path);
    }
    List<FileStatus> listed = new ArrayList<>();
    disk.listFrom(path).forEachRemaining(listed::add);
    List<FileStatus> entries =
        listed.stream().filter(file -> file.getPath().endsWith(".json")).toList();
    if (!entries.isEmpty()) {
      listed.remove(entries.get(entries.size() - 1));
    }
    return Utils.toCloseableIterator(listed.iterator());
  }

  @Override
  public String resolvePath(String path) throws IOException {
    return disk.resolvePath(path);
  }

  @Override
  public boolean mkdirs(String path) throws IOException {
    requireAlive();
    return disk.mkdirs(path);
  }

  @Override
  public InputFile newInputFile(String path, long size) {
    return disk.newInputFile(path, size);
  }

  @Override
  public boolean delete(String path) throws IOException {
    return disk.delete(path);
  }

  @Override
  public Optional<String> getConf(String key) {
    return disk.getConf(key);
  }

  @Override
  public void copyFileAtomically(String source, String target, boolean overwrite)
      throws IOException {
    disk.copyFileAtomically(source, target, overwrite);
  }
}
