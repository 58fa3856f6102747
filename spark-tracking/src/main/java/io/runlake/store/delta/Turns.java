package io.runlake.store.delta;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets the processes of one machine write to a table of its own disk in turns, by an advisory lock
 * of the operating system, so that they do not spend their time on attempts that others have
 * overtaken. It is advice: which of two commits stands is decided in the log alone, and who gets no
 * turn in time, because another process holds it and sleeps, goes on without one. A turn ends with
 * its process, whatever becomes of that, and on POSIX systems also when another root of the process
 * closes the file of the same table, which costs a lost race. Thread-safe.
 */
final class Turns {
  /** Beside the log's entries, under a name that no reader of tables looks at. */
  static final String FILE = ".runlake.lock";

  /** On disks of a network a lock may be asked of a server that does not answer. */
  private static final Set<String> OWN_DISKS =
      Set.of("apfs", "btrfs", "ext2", "ext3", "ext4", "hfs", "overlay", "tmpfs", "xfs", "zfs");

  /** Several times what a commit takes on a busy machine. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

  private static final Duration PAUSE = Duration.ofNanos(300_000);

  /** After a wait in vain: whoever holds the lock does so for longer than a commit takes. */
  private static final Duration NO_WAIT = Duration.ofSeconds(1);

  private final Optional<Path> log;
  private final AtomicLong waitFrom = new AtomicLong(System.nanoTime());
  private volatile Boolean ownDisk;

  /**
   * @param table its path; where it is not on the local disk there are no turns
   */
  Turns(String table) {
    this.log =
        LocalFiles.isLocal(table)
            ? Optional.of(LocalFiles.path(table).resolve("_delta_log"))
            : Optional.empty();
  }

  /**
   * A time in which no other process that takes turns writes to the table, or the lack of one.
   *
   * @param channel holds the lock until it is closed
   * @param here whether turns are taken at this table, so that a look what others did is worth it
   */
  record Turn(Optional<FileChannel> channel, boolean here) implements AutoCloseable {
    private static final Turn NOT_HERE = new Turn(Optional.empty(), false);
    private static final Turn ANOTHERS = new Turn(Optional.empty(), true);

    /** Whether the others wait. */
    boolean mine() {
      return channel.isPresent();
    }

    @Override
    public void close() {
      channel.ifPresent(Turns::close);
    }
  }

  /**
   * Waits for a turn, for a moment at most and not when interrupted; never fails for want of it.
   */
  Turn take() {
    if (log.isEmpty() || !onOwnDisk(log.get())) {
      return Turn.NOT_HERE;
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel =
          FileChannel.open(
              log.get().resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      locked = lock(channel);
      return locked ? new Turn(Optional.of(channel), true) : Turn.ANOTHERS;
    } catch (IOException noLock) {
      // Such as a folder that others own, or that is not there yet.
      return Turn.NOT_HERE;
    } finally {
      if (channel != null && !locked) {
        close(channel);
      }
    }
  }

  private boolean lock(FileChannel channel) throws IOException {
    long began = System.nanoTime();
    boolean wait = began - waitFrom.get() >= 0;
    while (!lockedNow(channel)) {
      if (!wait || Thread.currentThread().isInterrupted()) {
        return false;
      }
      if (System.nanoTime() - began >= LONGEST_WAIT.toNanos()) {
        waitFrom.set(System.nanoTime() + NO_WAIT.toNanos());
        return false;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return true;
  }

  private static boolean lockedNow(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException byAnotherWriterOfThisProcess) {
      return false;
    }
  }

  private boolean onOwnDisk(Path folder) {
    if (ownDisk == null) {
      try {
        ownDisk = isOwnDisk(folder);
      } catch (IOException notThere) {
        return false;
      }
    }
    return ownDisk;
  }

  static boolean isOwnDisk(Path folder) throws IOException {
    return OWN_DISKS.contains(Files.getFileStore(folder).type().toLowerCase(Locale.ROOT));
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written by it, and the lock is gone.
    }
  }
}
