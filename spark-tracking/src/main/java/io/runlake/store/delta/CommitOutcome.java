package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.hook.PostCommitHook;
import java.util.List;
import java.util.Optional;

/** What became of one attempt to commit, after an answer that was not success has been settled. */
sealed interface CommitOutcome {
  /**
   * The commit is in the log, as this version.
   *
   * @param after the table after it, where Kernel could tell without a reload
   */
  record Done(long version, Optional<Snapshot> after, List<PostCommitHook> hooks)
      implements CommitOutcome {}

  /** Another writer's commit is in the log as this version; ours is not. */
  record Conflict(long version) implements CommitOutcome {}

  /** The storage failed, and nothing is in the log as that version. */
  record Transient(Exception cause) implements CommitOutcome {}

  /** The storage failed, and the log could not be read back. */
  record Unknown(Exception cause) implements CommitOutcome {}
}
