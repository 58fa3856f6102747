package io.runlake.store.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.internal.SnapshotImpl;
import io.runlake.store.Checkup;
import io.runlake.store.ExperimentRow;
import io.runlake.store.Finding;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunCounts;
import io.runlake.store.RunRow;
import io.runlake.store.StoreCare;
import io.runlake.store.TableStats;
import io.runlake.store.TableUpgrade;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
  public void requireFormat() {
    TableSpec.ALL.forEach(
        spec -> new DeltaTable<>(root, spec, engine).load(new SettlingCommitter()));
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

  @Override
  public List<TableUpgrade> upgrade(boolean dryRun) {
    FormatUpgrade upgrade =
        new FormatUpgrade(root, engine, FormatUpgrade.STEPS, TableSpec.FORMAT_VERSION);
    return dryRun ? upgrade.plan() : upgrade.run();
  }

  @Override
  public void check(Checkup checkup) {
    // Runs before metrics: a writer commits the points first, so no row seen here lacks its points.
    Examined<RunRow> runs = examine(TableSpec.RUNS, checkup);
    Examined<MetricPoint> metrics = examine(TableSpec.METRICS, checkup);
    Examined<ExperimentRow> experiments = examine(TableSpec.EXPERIMENTS, checkup);
    Set<String> ids = new HashSet<>();
    experiments.read(
        checkup, experiments.files(), (row, file) -> ids.add(row.experimentId().value()), true);
    for (TableSpec<?> spec : List.of(TableSpec.REGISTRY, TableSpec.ALERTS)) {
      rows(examine(spec, checkup), checkup);
    }
    boolean known = experiments.whole(experiments.files());
    new RunCheck(checkup, known ? Optional.of(ids) : Optional.empty()).run(runs, metrics);
  }

  private static <R> void rows(Examined<R> examined, Checkup checkup) {
    examined.read(checkup, examined.files(), (row, file) -> {}, true);
  }

  /** The table as a whole; its findings are told, and what can be read of it is given back. */
  private <R> Examined<R> examine(TableSpec<R> spec, Checkup checkup) {
    DeltaTable<R> table = new DeltaTable<>(root, spec, engine);
    if (!table.exists()) {
      return Examined.nothing(table, true);
    }
    checkup.progress().accept("log and files of " + spec.name());
    Counted counted = new Counted(checkup);
    try {
      LogCheck log = new LogCheck(table, counted.checkup());
      log.files();
      SnapshotImpl newest = (SnapshotImpl) TableManager.loadSnapshot(table.path()).build(engine);
      if (!new MetadataCheck(table, checkup).run(newest)) {
        return Examined.nothing(table, false);
      }
      List<LiveFile> files = LiveFiles.of(newest, engine);
      log.against(newest, files);
      boolean sound = counted.violations == 0;
      return new Examined<>(table, sound, files, new DataFileCheck(table, checkup).run(files));
    } catch (IOException | RuntimeException e) {
      if (counted.violations == 0) {
        checkup.violation(
            "table.readable",
            spec.name(),
            table.path(),
            "The table cannot be read: " + Storage.message(e) + ".",
            "Check that the storage lets this user in; else restore the table from a backup.");
      }
      return Examined.nothing(table, false);
    }
  }

  /** Counts the violations of a table's log, so that what follows from them is not told again. */
  private static final class Counted {
    private final Checkup checkup;
    private int violations;

    Counted(Checkup told) {
      this.checkup =
          new Checkup(
              told.now(),
              told.skew(),
              finding -> {
                violations += finding.severity() == Finding.Severity.VIOLATION ? 1 : 0;
                told.findings().accept(finding);
              },
              told.progress());
    }

    Checkup checkup() {
      return checkup;
    }
  }
}
