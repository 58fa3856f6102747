package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries changes of one table into its log: stages data files once, tries, settles, tries again
 * with the same files. Confined to one thread at a time.
 *
 * @param <R> the row
 */
final class TableWriter<R> {
  private static final Logger LOG = LoggerFactory.getLogger(TableWriter.class);

  /** How often the chain of checksums is written down; Kernel keeps it in memory in between. */
  private static final int CHECKSUM_INTERVAL = 10;

  private static final Duration LONGEST_KEPT = Duration.ofMinutes(10);

  private final DeltaTable<R> table;
  private final Retry retry;
  private final Clock wallClock;
  private final SettlingCommitter committer = new SettlingCommitter();
  private Optional<Kept> kept = Optional.empty();
  private List<PostCommitHook> hooks = List.of();

  /** A version of the table and when it was known to be the newest. */
  private record Kept(Snapshot snapshot, Instant since) {}

  TableWriter(DeltaTable<R> table, Retry retry, Clock wallClock) {
    this.table = table;
    this.retry = retry;
    this.wallClock = wallClock;
  }

  /**
   * Appends rows on top of whatever is the newest version. Durable on return.
   *
   * @return the version that holds them
   * @throws StoreException if they could not be written, of kind UNKNOWN if that could not be told
   */
  long append(Iterable<R> rows) throws InterruptedException {
    committer.begin();
    Retry.Attempts attempts = retry.begin();
    Optional<List<Row>> staged = Optional.empty();
    while (true) {
      CommitOutcome outcome;
      try {
        Optional<Snapshot> base = newest();
        if (staged.isEmpty()) {
          staged = Optional.of(table.stage(rows, base, committer));
        }
        outcome = table.attempt(staged.get(), base, committer);
      } catch (TableAlreadyExistsException e) {
        outcome = new CommitOutcome.Conflict(0);
      } catch (IOException | UncheckedIOException e) {
        outcome = new CommitOutcome.Transient(e);
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.UNAVAILABLE) {
          throw e;
        }
        outcome = new CommitOutcome.Transient(e);
      } catch (RuntimeException e) {
        throw Storage.translated(table.path(), Storage.WRITE, e);
      }
      outcome = settled(outcome, attempts);
      if (outcome instanceof CommitOutcome.Done done) {
        keep(done);
        return done.version();
      }
      pauseBefore(attempts, outcome);
    }
  }

  /**
   * Commits rows only if a version is still the newest. Durable on return.
   *
   * @param base the version; empty if there is to be no table
   * @return false if another writer came first
   */
  boolean compareAndSwap(List<R> rows, Optional<Snapshot> base) throws InterruptedException {
    committer.begin();
    Retry.Attempts attempts = retry.begin();
    Optional<List<Row>> staged = Optional.empty();
    while (true) {
      CommitOutcome outcome;
      try {
        if (staged.isEmpty()) {
          staged = Optional.of(table.stage(rows, base, committer));
        }
        outcome = table.attempt(staged.get(), base, committer);
      } catch (TableAlreadyExistsException e) {
        return false;
      } catch (IOException | UncheckedIOException e) {
        outcome = new CommitOutcome.Transient(e);
      } catch (RuntimeException e) {
        throw Storage.translated(table.path(), Storage.WRITE, e);
      }
      outcome = settled(outcome, attempts);
      if (outcome instanceof CommitOutcome.Done done) {
        hooks = due(done);
        return true;
      }
      if (outcome instanceof CommitOutcome.Conflict) {
        return false;
      }
      pauseBefore(attempts, outcome);
    }
  }

  /** The newest version, read anew, with the committer of this writer. */
  Optional<Snapshot> load() {
    return table.load(committer);
  }

  /** Does what is due after the last commit: checkpoint and checksum. Never fails. */
  void housekeep() {
    List<PostCommitHook> due = hooks;
    hooks = List.of();
    for (PostCommitHook hook : due) {
      try {
        run(hook);
      } catch (CheckpointAlreadyExistsException e) {
        LOG.debug("Another writer has written the checkpoint of {}", table.path());
      } catch (IOException | RuntimeException e) {
        LOG.warn(
            "{} of {} failed; the table is whole, reading it may take longer: {}",
            hook.getType(),
            table.path(),
            e.toString());
      }
    }
  }

  private void run(PostCommitHook hook) throws IOException {
    if (hook.getType() == PostCommitHook.PostCommitHookType.CHECKSUM_FULL) {
      // The chain was broken by a conflict or a load; the next load finds this checksum.
      kept = Optional.empty();
    }
    hook.threadSafeInvoke(table.engine());
    if (hook.getType() == PostCommitHook.PostCommitHookType.CHECKPOINT) {
      kept = Optional.empty();
    }
  }

  private void keep(CommitOutcome.Done done) {
    Instant now = wallClock.instant();
    kept = done.after().map(snapshot -> new Kept(snapshot, now));
    hooks = due(done);
  }

  private static List<PostCommitHook> due(CommitOutcome.Done done) {
    boolean checksum = done.version() % CHECKSUM_INTERVAL == 0;
    return done.hooks().stream()
        .filter(hook -> checksum || hook.getType() == PostCommitHook.PostCommitHookType.CHECKPOINT)
        .toList();
  }

  /**
   * The kept version while it is young, else the newest one. Under an older one log clean-up may
   * have removed entries of other writers, and a commit on top of it would be lost without a word.
   */
  private Optional<Snapshot> newest() {
    Instant now = wallClock.instant();
    if (kept.isPresent()) {
      Duration age = Duration.between(kept.get().since(), now);
      if (!age.isNegative() && age.compareTo(longestKept(kept.get().snapshot())) < 0) {
        return Optional.of(kept.get().snapshot());
      }
    }
    Optional<Snapshot> loaded = table.load(committer);
    kept = loaded.map(snapshot -> new Kept(snapshot, now));
    return loaded;
  }

  private static Duration longestKept(Snapshot snapshot) {
    if (!(snapshot instanceof SnapshotImpl known)) {
      return Duration.ZERO;
    }
    Duration tenth =
        Duration.ofMillis(TableConfig.LOG_RETENTION.fromMetadata(known.getMetadata()))
            .dividedBy(10);
    return tenth.compareTo(LONGEST_KEPT) < 0 ? tenth : LONGEST_KEPT;
  }

  /** Finds out about an unknown outcome, for as long as the storage may fail. */
  private CommitOutcome settled(CommitOutcome outcome, Retry.Attempts attempts)
      throws InterruptedException {
    CommitOutcome known = outcome;
    while (known instanceof CommitOutcome.Unknown unknown) {
      if (!attempts.again(retry.failures())) {
        throw new StoreException(
            StoreException.Kind.UNKNOWN,
            "Whether a change of "
                + table.path()
                + " was written could not be found out in "
                + attempts.elapsed().toSeconds()
                + " s, because the storage does not answer. Read the table once it does; sending"
                + " the change again is safe for runs and metrics.",
            unknown.cause());
      }
      known = committer.settleAgain(table.engine(), unknown.cause());
    }
    return known;
  }

  private void pauseBefore(Retry.Attempts attempts, CommitOutcome outcome)
      throws InterruptedException {
    if (outcome instanceof CommitOutcome.Conflict) {
      kept = Optional.empty();
      if (!attempts.again(retry.conflicts())) {
        throw conflict(table.path(), attempts);
      }
    } else if (outcome instanceof CommitOutcome.Transient failed
        && (Storage.hopeless(table.path(), failed.cause()) || !attempts.again(retry.failures()))) {
      throw Storage.translated(table.path(), Storage.WRITE, failed.cause());
    }
  }

  /** That others won for the whole time that is allowed. */
  static StoreException conflict(String path, Retry.Attempts attempts) {
    return new StoreException(
        StoreException.Kind.CONFLICT,
        "Other writers kept changing "
            + path
            + " for "
            + attempts.elapsed().toSeconds()
            + " s ("
            + attempts.count()
            + " attempts); nothing was written. Try again when fewer write.");
  }
}
