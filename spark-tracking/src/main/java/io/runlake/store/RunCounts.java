package io.runlake.store;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many runs a store has.
 *
 * @param byStatus by their current status, deleted runs included; a status that no run has is left
 *     out
 * @param withoutStatus whose creation was not seen (yet)
 * @param deleted of all of them, those that were deleted
 */
public record RunCounts(Map<RunStatus, Long> byStatus, long withoutStatus, long deleted) {
  public RunCounts {
    Map<RunStatus, Long> ordered = new EnumMap<>(RunStatus.class);
    ordered.putAll(byStatus);
    byStatus = Collections.unmodifiableMap(ordered);
  }

  /** All runs. */
  public long total() {
    return withoutStatus + byStatus.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Counts runs as they come. Confined to one thread. */
  public static final class Tally {
    private final Map<RunStatus, Long> byStatus = new EnumMap<>(RunStatus.class);
    private long withoutStatus;
    private long deleted;

    /** Counts one run. */
    public void add(Optional<RunStatus> status, boolean isDeleted) {
      status.ifPresentOrElse(known -> byStatus.merge(known, 1L, Long::sum), () -> withoutStatus++);
      deleted += isDeleted ? 1 : 0;
    }

    public RunCounts counts() {
      return new RunCounts(byStatus, withoutStatus, deleted);
    }
  }
}
