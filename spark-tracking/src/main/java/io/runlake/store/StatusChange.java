package io.runlake.store;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;

/**
 * A status of a run and who says so. The greatest wins, field by field: a resumed run (epoch) beats
 * its earlier life, the owner's end beats the reaper's, and that beats RUNNING (rank).
 *
 * @param epoch how often the run was resumed; 0 at first
 * @param rank {@link #RANK_RUNNING}, {@link #RANK_REAPER} or {@link #RANK_OWNER}
 * @param at stamp of the run's hybrid logical clock
 * @param endTime when the run ended; empty while it runs
 * @param message why it ended so; empty where there is nothing to say
 */
public record StatusChange(
    long epoch,
    int rank,
    long at,
    RunStatus status,
    Optional<Instant> endTime,
    Optional<String> message)
    implements Comparable<StatusChange> {
  public static final int RANK_RUNNING = 0;
  public static final int RANK_REAPER = 1;
  public static final int RANK_OWNER = 2;

  private static final Comparator<StatusChange> ORDER =
      Comparator.comparingLong(StatusChange::epoch)
          .thenComparingInt(StatusChange::rank)
          .thenComparingLong(StatusChange::at)
          .thenComparing(change -> change.status().name())
          .thenComparing(change -> change.endTime().orElse(Instant.MIN))
          .thenComparing(StatusChange::message, Stamp::compare);

  public StatusChange {
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(endTime, "endTime");
    Objects.requireNonNull(message, "message");
  }

  /** A first RUNNING. */
  public static StatusChange running(long at) {
    return new StatusChange(
        0, RANK_RUNNING, at, RunStatus.RUNNING, Optional.empty(), Optional.empty());
  }

  @Override
  public int compareTo(StatusChange other) {
    return ORDER.compare(this, other);
  }
}
