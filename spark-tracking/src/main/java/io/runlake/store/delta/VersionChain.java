package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.checksum.CRCInfo;
import io.delta.kernel.internal.checksum.ChecksumUtils;
import io.delta.kernel.internal.files.ParsedDeltaData;
import io.delta.kernel.internal.files.ParsedPublishedDeltaData;
import io.delta.kernel.internal.lang.Lazy;
import io.delta.kernel.internal.metrics.SnapshotQueryContext;
import io.delta.kernel.internal.replay.LogReplay;
import io.delta.kernel.internal.snapshot.LogSegment;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From one version of a table to a later one by the entries between them, with a checksum all the
 * way. Kernel has two ways to a newer version: its own commit, and reading the log from the last
 * checkpoint on; and without a checksum each commit reads the log from there once more.
 *
 * <p>Uses Kernel's internal classes, as do {@link SettlingCommitter} and {@link KeptVersion}.
 */
final class VersionChain {
  /** Further behind than this, reading from the last checkpoint is cheaper. */
  private static final int MOST_STEPS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(VersionChain.class);

  private VersionChain() {}

  /** The same version with its checksum, computed if the log holds none for it. */
  static SnapshotImpl withChecksum(Engine engine, SnapshotImpl snapshot) throws IOException {
    if (snapshot.getCurrentCrcInfo().isPresent()) {
      return snapshot;
    }
    LogSegment segment = snapshot.getLogSegment();
    try {
      return at(engine, snapshot, segment, ChecksumUtils.computeChecksum(engine, segment, false));
    } catch (RuntimeException odd) {
      LOG.debug("No checksum for {}: its commits cost more", snapshot.getPath(), odd);
      return snapshot;
    }
  }

  /**
   * The newest version, from an older one whose next entries are still in the log: the caller knows
   * that it is young enough. Reads each entry in between once.
   *
   * @return empty if the way is too long, or leads over an entry that does more than add files or
   *     has no content, so that the log must be read from its last checkpoint
   */
  static Optional<SnapshotImpl> advance(Engine engine, SnapshotImpl known) throws IOException {
    Optional<CRCInfo> checksum = known.getCurrentCrcInfo();
    if (checksum.isEmpty()) {
      return Optional.empty();
    }
    Optional<List<FileStatus>> newer =
        new LogEntries(engine.getFileSystemClient(), known.getLogPath().toString())
            .after(known.getVersion(), MOST_STEPS);
    if (newer.isEmpty()) {
      return Optional.empty();
    }
    if (newer.get().isEmpty()) {
      return Optional.of(known);
    }
    List<ParsedDeltaData> parsed = new ArrayList<>();
    newer.get().forEach(entry -> parsed.add(ParsedPublishedDeltaData.forFileStatus(entry)));
    LogSegment segment = known.getLogSegment().newWithAddedDeltas(parsed);
    return Appended.by(engine.getFileSystemClient(), newer.get())
        .map(appended -> appended.to(checksum.get(), segment.getVersion()))
        .map(next -> at(engine, known, segment, next));
  }

  /**
   * The same version with a checksum that counts no files by their size. A transaction of Kernel's
   * counts its files into the very object that its base holds, before it is known whether it will
   * be committed: after a lost race the base would count them too, the next version twice, and
   * Spark refuses a table whose checksum counts files that are not there.
   */
  static SnapshotImpl withoutFileSizes(Engine engine, SnapshotImpl snapshot) {
    return snapshot
        .getCurrentCrcInfo()
        .filter(checksum -> checksum.getFileSizeHistogram().isPresent())
        .map(checksum -> at(engine, snapshot, snapshot.getLogSegment(), checksum))
        .orElse(snapshot);
  }

  /** Writes the checksum of a version into the log, where it saves others the computing. */
  static void write(Engine engine, Snapshot snapshot) throws IOException {
    if (snapshot instanceof SnapshotImpl known
        && known.getStatistics().getChecksumWriteMode().isPresent()
        && known.getCurrentCrcInfo().isPresent()) {
      known.writeChecksum(engine, Snapshot.ChecksumWriteMode.SIMPLE);
    }
  }

  private static SnapshotImpl at(
      Engine engine, SnapshotImpl base, LogSegment segment, CRCInfo checksum) {
    Lazy<LogSegment> log = new Lazy<>(() -> segment);
    CRCInfo plain = Appended.NOTHING.to(checksum, checksum.getVersion());
    Lazy<Optional<CRCInfo>> known = new Lazy<>(() -> Optional.of(plain));
    return new SnapshotImpl(
        base.getDataPath(),
        segment.getVersion(),
        log,
        new LogReplay(engine, base.getDataPath(), log, known),
        checksum.getProtocol(),
        checksum.getMetadata(),
        base.getCommitter(),
        SnapshotQueryContext.forVersionSnapshot(base.getPath(), segment.getVersion()),
        Optional.empty());
  }
}
