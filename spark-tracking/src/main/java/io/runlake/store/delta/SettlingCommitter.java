package io.runlake.store.delta;

import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.commit.CommitMetadata;
import io.delta.kernel.commit.CommitResponse;
import io.delta.kernel.commit.Committer;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.CommitInfo;
import io.delta.kernel.internal.files.ParsedPublishedDeltaData;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Writes log entries, and settles every answer that is not success: a lost race, an entry that
 * landed while its answer was lost, and a refusal of our own earlier write look alike from outside,
 * so the entry is read back and its transaction id compared with those of all attempts at the same
 * change. Kernel and Spark write that id into {@code commitInfo.txnId}.
 *
 * <p>One per table and change at a time; confined to the thread that commits.
 */
final class SettlingCommitter implements Committer {
  private final Set<String> attempts = new HashSet<>();
  private OptionalLong landed = OptionalLong.empty();
  private Optional<Entry> last = Optional.empty();

  private record Entry(String path, long version) {}

  /** Forgets earlier attempts: what is committed next is another change. */
  void begin() {
    attempts.clear();
    landed = OptionalLong.empty();
    last = Optional.empty();
  }

  /** The version as which the current change is in the log, as far as is known. */
  OptionalLong landed() {
    return landed;
  }

  @Override
  public CommitResponse commit(
      Engine engine, CloseableIterator<Row> actions, CommitMetadata metadata)
      throws CommitFailedException {
    Entry entry = new Entry(metadata.getPublishedDeltaFilePath(), metadata.getVersion());
    last = Optional.of(entry);
    attempts.add(metadata.getCommitInfo().getTxnId().orElseThrow());
    try {
      engine.getJsonHandler().writeJsonFileAtomically(entry.path(), actions, false);
    } catch (IOException | RuntimeException failure) {
      settle(engine, entry, failure);
    }
    landed = OptionalLong.of(metadata.getVersion());
    return new CommitResponse(ParsedPublishedDeltaData.forFileStatus(status(engine, entry.path())));
  }

  /**
   * Looks again at the entry of the last attempt.
   *
   * @param failure why the answer to that attempt was not success
   */
  CommitOutcome settleAgain(Engine engine, Exception failure) {
    if (last.isEmpty()) {
      return new CommitOutcome.Transient(failure);
    }
    try {
      settle(engine, last.get(), failure);
      landed = OptionalLong.of(last.get().version());
      return new CommitOutcome.Done(last.get().version(), Optional.empty(), List.of());
    } catch (CommitFailedException e) {
      return outcome(e, last.get().version());
    }
  }

  /** Whether anything was tried for the current change. */
  boolean attempted() {
    return last.isPresent();
  }

  /** The settled meaning of an exception of this class. */
  static CommitOutcome outcome(CommitFailedException e, long version) {
    if (e.isConflict()) {
      return new CommitOutcome.Conflict(version);
    }
    return e.isRetryable() ? new CommitOutcome.Transient(e) : new CommitOutcome.Unknown(e);
  }

  /** Returns if the entry is ours. */
  private void settle(Engine engine, Entry entry, Exception failure) throws CommitFailedException {
    long version = entry.version();
    Optional<String> written;
    try {
      FileStatus status = engine.getFileSystemClient().getFileStatus(entry.path());
      written =
          Optional.of(
              CommitInfo.tryReadCommitInfoFromDeltaFile(engine, status)
                  .flatMap(CommitInfo::getTxnId)
                  .orElse("none"));
    } catch (FileNotFoundException absent) {
      written = Optional.empty();
    } catch (IOException | RuntimeException unreadable) {
      failure.addSuppressed(unreadable);
      throw new CommitFailedException(
          false, false, "Whether version " + version + " was written is unknown", failure);
    }
    if (written.isEmpty()) {
      throw new CommitFailedException(
          true, false, "Version " + version + " was not written", failure);
    }
    if (!attempts.contains(written.get())) {
      throw new CommitFailedException(
          true, true, "Version " + version + " is another writer's", failure);
    }
  }

  private static FileStatus status(Engine engine, String entry) {
    try {
      return engine.getFileSystemClient().getFileStatus(entry);
    } catch (IOException e) {
      // The entry is durable; its size serves Kernel as a hint only, and like this it equals no
      // entry that is there, so that the next commit reads the log.
      return FileStatus.of(entry, 0, 0);
    }
  }
}
