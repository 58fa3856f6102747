package io.runlake.store.delta;

import io.runlake.store.Checkup;
import java.util.List;
import java.util.Set;

/**
 * A version of a table whose files were looked for; without files if there is no table, or none
 * that can be read.
 *
 * @param sound whether nothing is wrong with the log; an absent table is sound too
 * @param present the paths of the files that are there in their size
 * @param <R> the row
 */
record Examined<R>(DeltaTable<R> table, boolean sound, List<LiveFile> files, Set<String> present) {

  static <R> Examined<R> nothing(DeltaTable<R> table, boolean sound) {
    return new Examined<>(table, sound, List.of(), Set.of());
  }

  /** Reads files of the version, and tells what is wrong with their rows if that is wanted. */
  void read(Checkup checkup, List<LiveFile> some, RowCheck.Visitor<R> visitor, boolean tell) {
    new RowCheck<>(table, checkup, visitor).read(some, present, tell);
  }

  /** Whether files of the version can be relied upon. */
  boolean whole(List<LiveFile> some) {
    return sound && some.stream().allMatch(file -> present.contains(file.path()));
  }
}
