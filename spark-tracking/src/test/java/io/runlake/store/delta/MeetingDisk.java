package io.runlake.store.delta;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Hadoop's own local disk, on which a rename begins no sooner than at an instant: so those who have
 * looked, found the name free and go on to rename meet, which by chance they do once in hundreds of
 * times.
 */
public final class MeetingDisk extends DelegateToFileSystem {
  private static volatile long instant = Long.MIN_VALUE;

  /** Called by Hadoop. */
  public MeetingDisk(URI uri, Configuration configuration) throws IOException, URISyntaxException {
    super(uri, new Disk(), configuration, "file", false);
  }

  /** When to meet, by {@link System#nanoTime}, which the processes of a Linux machine share. */
  static void meetAt(long nanoTime) {
    instant = nanoTime;
  }

  /** Waits until the instant. */
  static void await() {
    for (long left = instant - System.nanoTime(); left > 0; left = instant - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public int getUriDefaultPort() {
    return -1;
  }

  private static final class Disk extends RawLocalFileSystem {
    @Override
    public boolean rename(Path source, Path target) throws IOException {
      await();
      return super.rename(source, target);
    }
  }
}
