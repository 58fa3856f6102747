package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.internal.SnapshotImpl;
import io.runlake.store.RunCounts;
import io.runlake.store.StoreCare;
import io.runlake.store.TableStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** The tables of a root as their operator sees them. */
final class DeltaCare implements StoreCare {
  private final String root;
  private final StoreEngine engine;

  DeltaCare(String root, StoreEngine engine) {
    this.root = root;
    this.engine = engine;
  }

  @Override
  public List<TableStats> tables() {
    List<TableStats> found = new ArrayList<>();
    for (TableSpec<?> spec : TableSpec.ALL) {
      DeltaTable<?> table = new DeltaTable<>(root, spec, engine);
      table.load(new SettlingCommitter()).ifPresent(newest -> found.add(stats(table, newest)));
    }
    return found;
  }

  private TableStats stats(DeltaTable<?> table, Snapshot snapshot) {
    List<LiveFile> files = Storage.reading(table.path(), () -> LiveFiles.of(snapshot, engine));
    TreeSet<String> months = new TreeSet<>();
    files.stream().map(LiveFile::month).filter(month -> !month.isEmpty()).forEach(months::add);
    return new TableStats(
        table.spec().name(),
        snapshot.getVersion(),
        files.size(),
        files.stream().mapToLong(file -> file.status().getSize()).sum(),
        rows(files, file -> true),
        table.spec() == TableSpec.RUNS ? rows(files, LiveFile::changes) : OptionalLong.empty(),
        commitsSinceCheckpoint((SnapshotImpl) snapshot),
        months);
  }

  private static OptionalLong rows(List<LiveFile> files, Predicate<LiveFile> counted) {
    long rows = 0;
    for (LiveFile file : files) {
      if (counted.test(file)) {
        if (file.rows().isEmpty()) {
          return OptionalLong.empty();
        }
        rows += file.rows().getAsLong();
      }
    }
    return OptionalLong.of(rows);
  }

  private static long commitsSinceCheckpoint(SnapshotImpl snapshot) {
    Function<Long, Long> since = checkpoint -> snapshot.getVersion() - checkpoint;
    return snapshot
        .getLogSegment()
        .getCheckpointVersionOpt()
        .map(since)
        .orElse(snapshot.getVersion() + 1);
  }

  @Override
  public RunCounts runs() {
    DeltaTable<?> table = new DeltaTable<>(root, TableSpec.RUNS, engine);
    RunCounts.Tally tally = new RunCounts.Tally();
    Optional<Snapshot> newest = table.load(new SettlingCommitter());
    newest.ifPresent(
        snapshot ->
            Storage.reading(
                table.path(),
                () -> {
                  // One month at a time: the rows of a run are all in one.
                  for (List<LiveFile> month :
                      LiveFiles.byMonth(LiveFiles.of(snapshot, engine)).values()) {
                    RunStates states = new RunStates();
                    for (LiveFile file : month) {
                      engine.dataFiles().read(file.status(), RunStates.COLUMNS, states::add);
                    }
                    states.count(tally);
                  }
                  return null;
                }));
    return tally.counts();
  }
}
