package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The version of a table on which the next commit builds. It is kept from one commit to the next,
 * so that a commit need not read the log, but never longer than log clean-up lets it: under a
 * version whose next entries may have been removed, a commit would take the place of an entry that
 * nobody reads any more, and be lost without a word.
 *
 * <p>Confined to one thread at a time, but for {@link #shorten}.
 */
final class KeptVersion<R> {
  /** So many times the interval of checkpoints, and the log is read from the newest one again. */
  private static final int LONG_LOG = 2;

  private final DeltaTable<R> table;
  private final SettlingCommitter committer;
  private final Clock wallClock;
  private final LongSupplier nanoTime;
  private Optional<Kept> kept = Optional.empty();
  private Optional<String> tableId = Optional.empty();
  private Optional<SnapshotImpl> loaded = Optional.empty();
  private boolean behind;
  private int longLog;
  private volatile boolean shorten;

  /** When {@link #newest} last looked, by each of two clocks. */
  private Instant looked = Instant.MIN;

  private long lookedNanos;

  /** A version, and when it was known to be the newest by each of two clocks. */
  private record Kept(SnapshotImpl snapshot, Instant since, long sinceNanos) {}

  /**
   * @param wallClock goes on while the machine sleeps, but may be set back
   * @param nanoTime is never set back, but may stand while the machine sleeps
   */
  KeptVersion(
      DeltaTable<R> table, SettlingCommitter committer, Clock wallClock, LongSupplier nanoTime) {
    this.table = table;
    this.committer = committer;
    this.wallClock = wallClock;
    this.nanoTime = nanoTime;
  }

  /** Any version of the table, for what is the same in all of them; empty if there is no table. */
  Optional<Snapshot> any() throws IOException {
    return kept.isPresent() ? kept.map(Kept::snapshot) : newest();
  }

  /**
   * The newest version as far as is known, for an attempt to commit right now; empty if there is no
   * table.
   *
   * @throws StoreException of kind CORRUPT if the table is no longer the one that it was
   */
  Optional<Snapshot> newest() throws IOException {
    looked = wallClock.instant();
    lookedNanos = nanoTime.getAsLong();
    if (kept.isEmpty() || expired() || tooLong() || !lastEntryStands()) {
      return load();
    }
    return behind ? advanced() : kept.map(Kept::snapshot);
  }

  /** The newest version, after a look whether others have added entries. */
  Optional<Snapshot> newestOfAll() throws IOException {
    behind = true;
    return newest();
  }

  /** What a commit has led to. */
  void committed(CommitOutcome.Done done) {
    kept = done.after().map(SnapshotImpl.class::cast).map(this::kept);
    kept.ifPresent(version -> tableId = Optional.of(version.snapshot().getMetadata().getId()));
    behind = false;
  }

  /** Another writer's entry was in the way. */
  void overtaken() {
    behind = true;
  }

  void forget() {
    kept = Optional.empty();
  }

  /** A newer checkpoint is there, from any thread: the next version is read from it. */
  void shorten() {
    shorten = true;
  }

  /**
   * Whether so much time has passed since the kept version was known to be the newest that its next
   * entries may have been removed from the log.
   */
  boolean expired() {
    return kept.isPresent() && expired(kept.get());
  }

  private boolean expired(Kept version) {
    Duration wall = Duration.between(version.since(), wallClock.instant());
    Duration steady = Duration.ofNanos(nanoTime.getAsLong() - version.sinceNanos());
    Duration longest = LogEntries.trusted(version.snapshot());
    return wall.isNegative() || wall.compareTo(longest) >= 0 || steady.compareTo(longest) >= 0;
  }

  private boolean tooLong() {
    return shorten || kept.get().snapshot().getLogSegment().getDeltas().size() > longLog;
  }

  private boolean lastEntryStands() throws IOException {
    return LogEntries.of(table)
        .stands(kept.get().snapshot().getLogSegment().getDeltaFileAtEndVersion());
  }

  private Optional<Snapshot> advanced() throws IOException {
    Optional<SnapshotImpl> next = VersionChain.advance(table.engine(), kept.get().snapshot());
    if (next.isEmpty()) {
      return load();
    }
    checkId(next.get());
    return keep(next.get());
  }

  private Optional<Snapshot> load() throws IOException {
    kept = Optional.empty();
    shorten = false;
    Optional<Snapshot> found = table.load(committer);
    if (found.isEmpty()) {
      checkNotDeleted();
      return found;
    }
    SnapshotImpl whole = VersionChain.withChecksum(table.engine(), (SnapshotImpl) found.get());
    checkId(whole);
    int entries = whole.getLogSegment().getDeltas().size();
    longLog = Math.max(LONG_LOG * interval(whole), entries + interval(whole));
    loaded = Optional.of(whole);
    return keep(whole);
  }

  /** The version that was read from the log since the last call, for what is due after that. */
  Optional<SnapshotImpl> takeLoaded() {
    Optional<SnapshotImpl> taken = loaded;
    loaded = Optional.empty();
    return taken;
  }

  /** Whether a version's log since its checkpoint is so long that another one is overdue. */
  static boolean checkpointOverdue(SnapshotImpl snapshot) {
    return snapshot.getLogSegment().getDeltas().size() > LONG_LOG * interval(snapshot);
  }

  private static int interval(SnapshotImpl snapshot) {
    return TableConfig.CHECKPOINT_INTERVAL.fromMetadata(snapshot.getMetadata());
  }

  private Optional<Snapshot> keep(SnapshotImpl snapshot) {
    kept = Optional.of(kept(snapshot));
    behind = false;
    return kept.map(Kept::snapshot);
  }

  private Kept kept(SnapshotImpl snapshot) {
    return new Kept(VersionChain.withoutFileSizes(table.engine(), snapshot), looked, lookedNanos);
  }

  private void checkId(SnapshotImpl snapshot) {
    String id = snapshot.getMetadata().getId();
    if (tableId.isPresent() && !tableId.get().equals(id)) {
      throw gone("was deleted and made anew (its id was " + tableId.get() + " and is " + id + ")");
    }
    tableId = Optional.of(id);
  }

  private void checkNotDeleted() {
    if (tableId.isPresent()) {
      throw gone("was deleted (its id was " + tableId.get() + ")");
    }
  }

  private StoreException gone(String what) {
    return new StoreException(
        StoreException.Kind.CORRUPT,
        "The table at "
            + table.path()
            + " "
            + what
            + " while this process was writing to it; nothing more is written there. Restart the"
            + " application, or close every store of this root in it and open one anew.");
  }
}
