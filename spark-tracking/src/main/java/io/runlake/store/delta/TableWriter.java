package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.Row;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.TableAlreadyExistsException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.internal.SnapshotImpl;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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

  private final DeltaTable<R> table;
  private final Retry retry;
  private final SettlingCommitter committer = new SettlingCommitter();
  private final KeptVersion<R> version;
  private final Consumer<Runnable> helper;
  private List<PostCommitHook> hooks = List.of();

  /** A writer that nobody helps. */
  TableWriter(DeltaTable<R> table, Retry retry, Clock wallClock) {
    this(table, retry, wallClock, task -> {});
  }

  /**
   * @param helper may run, on another thread or not at all, what this writer then need not do
   */
  TableWriter(DeltaTable<R> table, Retry retry, Clock wallClock, Consumer<Runnable> helper) {
    this.table = table;
    this.helper = helper;
    this.retry = retry;
    this.version = new KeptVersion<>(table, committer, wallClock, retry.nanoTime());
  }

  /**
   * Appends rows on top of whatever is the newest version. Durable on return.
   *
   * @return the version that holds them
   * @throws StoreException if they could not be written, of kind UNKNOWN if that could not be told
   */
  long append(Iterable<R> rows) throws InterruptedException {
    return append(rows, Optional.empty());
  }

  /**
   * Writes data files for rows that are to be appended afterwards, before it is known whether they
   * may be. Left alone, they are files that no version holds, which maintenance removes.
   *
   * @return the actions that add them, for {@link #append(Iterable, Optional)}; empty if they could
   *     not be written, for which that looks again
   */
  Optional<List<Row>> stage(Iterable<R> rows) {
    try {
      return Optional.of(table.stage(rows, version.any(), committer, helper));
    } catch (IOException | RuntimeException e) {
      LOG.debug("Rows for {} were not written ahead", table.path(), e);
      return Optional.empty();
    }
  }

  /**
   * As {@link #append(Iterable)}.
   *
   * @param ahead what {@link #stage} of the same rows gave
   */
  long append(Iterable<R> rows, Optional<List<Row>> ahead) throws InterruptedException {
    committer.begin();
    Retry.Attempts attempts = retry.begin();
    Optional<List<Row>> staged = ahead;
    while (true) {
      CommitOutcome outcome;
      try {
        if (staged.isEmpty()) {
          staged = Optional.of(table.stage(rows, version.any(), committer, helper));
        }
        // Just before the attempt: staging may have taken long.
        Optional<Snapshot> base = version.newest();
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
      outcome = inTime(settled(outcome, attempts), staged);
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
          staged = Optional.of(table.stage(rows, base, committer, helper));
        }
        outcome = table.attempt(staged.get(), base, committer);
      } catch (TableAlreadyExistsException e) {
        return false;
      } catch (IOException | UncheckedIOException e) {
        outcome = new CommitOutcome.Transient(e);
      } catch (RuntimeException e) {
        throw Storage.translated(table.path(), Storage.WRITE, e);
      }
      outcome = inTime(settled(outcome, attempts), staged);
      if (outcome instanceof CommitOutcome.Done done) {
        keep(done);
        return true;
      }
      if (outcome instanceof CommitOutcome.Conflict) {
        version.overtaken();
        return false;
      }
      pauseBefore(attempts, outcome);
    }
  }

  /**
   * The newest version, for a decision and a {@link #compareAndSwap}; empty if there is no table.
   * The log is asked whether others have added to it.
   */
  Optional<Snapshot> newest() throws IOException {
    return version.newestOfAll();
  }

  /** What is due after the last commit: checkpoint and checksum; none of it can fail. */
  List<Runnable> takeDue() {
    List<Runnable> due = new ArrayList<>();
    version.takeLoaded().ifPresent(loaded -> due.add(() -> afterLoad(loaded)));
    List<PostCommitHook> taken = hooks;
    hooks = List.of();
    taken.forEach(hook -> due.add(() -> run(hook)));
    return due;
  }

  /** Does what is due, on this thread. */
  void housekeep() {
    takeDue().forEach(Runnable::run);
  }

  private void afterLoad(SnapshotImpl loaded) {
    quietly("The checksum", () -> VersionChain.write(table.engine(), loaded));
    if (KeptVersion.checkpointOverdue(loaded)) {
      quietly("The checkpoint", () -> loaded.writeCheckpoint(table.engine()));
      version.shorten();
    }
  }

  private void run(PostCommitHook hook) {
    quietly(hook.getType().name(), () -> hook.threadSafeInvoke(table.engine()));
    if (hook.getType() == PostCommitHook.PostCommitHookType.CHECKPOINT) {
      version.shorten();
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private void quietly(String what, Step step) {
    try {
      step.run();
    } catch (CheckpointAlreadyExistsException e) {
      LOG.debug("Another writer has written the checkpoint of {}", table.path());
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} of {} failed; the table is whole, reading it may take longer: {}",
          what,
          table.path(),
          e.toString());
    }
  }

  private void keep(CommitOutcome.Done done) {
    version.committed(done);
    hooks = due(done);
  }

  private static List<PostCommitHook> due(CommitOutcome.Done done) {
    boolean checksum = done.version() % CHECKSUM_INTERVAL == 0;
    return done.hooks().stream()
        .filter(hook -> checksum || hook.getType() == PostCommitHook.PostCommitHookType.CHECKPOINT)
        .toList();
  }

  /**
   * A commit that took longer than the log may be trusted, because its process slept, may stand
   * where log clean-up has been and be in no version: then it is one more that was overtaken.
   */
  private CommitOutcome inTime(CommitOutcome outcome, Optional<List<Row>> staged)
      throws InterruptedException {
    if (!(outcome instanceof CommitOutcome.Done done) || !version.expired()) {
      return outcome;
    }
    version.forget();
    committer.begin();
    Retry.Attempts looks = retry.begin();
    while (true) {
      try {
        return table.contains(staged.orElseThrow())
            ? new CommitOutcome.Done(done.version(), Optional.empty(), List.of())
            : new CommitOutcome.Conflict(done.version());
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.UNAVAILABLE) {
          throw e;
        }
        pauseToLook(looks, e);
      }
    }
  }

  /** Finds out about an unknown outcome, for as long as the storage may fail. */
  private CommitOutcome settled(CommitOutcome outcome, Retry.Attempts attempts)
      throws InterruptedException {
    CommitOutcome known = outcome;
    while (known instanceof CommitOutcome.Unknown unknown) {
      pauseToLook(attempts, unknown.cause());
      known = committer.settleAgain(table.engine(), unknown.cause());
    }
    return known;
  }

  private void pauseToLook(Retry.Attempts attempts, Exception cause) throws InterruptedException {
    if (!attempts.afterFailure()) {
      throw new StoreException(
          StoreException.Kind.UNKNOWN,
          "Whether a change of "
              + table.path()
              + " was written could not be found out in "
              + attempts.elapsed().toSeconds()
              + " s, because the storage does not answer. Read the table once it does; sending"
              + " the change again is safe for runs and metrics.",
          cause);
    }
  }

  private void pauseBefore(Retry.Attempts attempts, CommitOutcome outcome)
      throws InterruptedException {
    if (outcome instanceof CommitOutcome.Conflict) {
      version.overtaken();
      if (!attempts.afterConflict()) {
        throw conflict(table.path(), attempts);
      }
    } else if (outcome instanceof CommitOutcome.Transient failed
        && (Storage.hopeless(table.path(), failed.cause()) || !attempts.afterFailure())) {
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
