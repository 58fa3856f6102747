package io.runlake.maintenance;

import io.runlake.maintenance.MaintenanceReport.TableReport;
import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.Phases;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.tracking.Reaper;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * Maintains a store: ends the runs of programs that died, settles {@code runs}, compacts the other
 * tables, writes checkpoints, lets Delta clean its logs and deletes files that no version needs.
 *
 * <p>Safe beside writers, readers and other maintenance. Killed at any point it leaves whole
 * tables, and the next start does what is left; where nothing is left it changes nothing.
 */
public final class Maintenance {
  private static final Map<TableColumns, List<String>> HISTORIES = new LinkedHashMap<>();

  static {
    HISTORIES.put(TableColumns.EXPERIMENTS, List.of("revision"));
    HISTORIES.put(TableColumns.REGISTRY, List.of("revision"));
    HISTORIES.put(TableColumns.ALERTS, List.of("at"));
  }

  private final SparkSession spark;
  private final String root;
  private final MaintenanceOptions options;
  private final Phases phases;

  private Maintenance(SparkSession spark, String root, MaintenanceOptions options, Phases phases) {
    this.spark = spark;
    this.root = root;
    this.options = options;
    this.phases = phases;
  }

  /**
   * Maintains the store of a tracking URI, in a session beside the given one.
   *
   * @param progress takes a line for each step
   * @throws JobException if the store, or how Spark writes its log, is not as it has to be
   */
  public static MaintenanceReport run(
      SparkSession spark, String trackingUri, MaintenanceOptions options, PrintStream progress) {
    StoreOptions storeOptions =
        StoreOptions.defaults().withFileSystem(JobSession.of(spark).fileSystem());
    long start = System.nanoTime();
    Phases phases = new Phases(progress);
    String root;
    int deadRuns;
    try (Store store = Stores.open(trackingUri, storeOptions)) {
      root = store.root();
      if (!store.exists()) {
        throw JobException.badInput(
            "There is no store at " + root + ": it has none of the tables. Give its root.");
      }
      phases.say("store " + root);
      deadRuns = reap(store, options.dryRun());
    }
    List<TableReport> tables =
        MaintenanceSession.beside(
            spark, root, own -> new Maintenance(own, root, options, phases).run());
    double seconds = (System.nanoTime() - start) / 1e9;
    return new MaintenanceReport(root, options.dryRun(), deadRuns, tables, seconds);
  }

  /** Before the settling, which takes in what is written here. */
  private static int reap(Store store, boolean dryRun) {
    Reaper reaper = Reaper.over(store);
    return (dryRun ? reaper.find() : reaper.reap()).size();
  }

  private List<TableReport> run() {
    List<Upkeep> all = new ArrayList<>();
    try (ObservedCounts counts = new ObservedCounts(spark)) {
      Layout layout = new Layout(options.fileBytes());
      Upkeep metrics = upkeep(TableColumns.METRICS);
      Upkeep runs = upkeep(TableColumns.RUNS);
      Compaction points = Compaction.ofPoints(metrics, layout, counts);
      Set<String> suspects = points.due();
      new RunSettling(runs, metrics.table(), layout, counts).run(suspects, options.dryRun());
      points.run(options.dryRun());
      all.add(runs);
      all.add(metrics);
      HISTORIES.forEach(
          (columns, order) -> {
            Upkeep table = upkeep(columns);
            Compaction.ofHistory(table, layout, counts, order).run(options.dryRun());
            all.add(table);
          });
    }
    if (!options.dryRun()) {
      all.forEach(table -> new TableLog(table).checkpoint());
      all.forEach(table -> new TableLog(table).vacuum());
    }
    return all.stream()
        .filter(table -> table.table().newest().isPresent())
        .map(Upkeep::report)
        .toList();
  }

  private Upkeep upkeep(TableColumns columns) {
    return new Upkeep(new StoreTable(spark, root, columns), phases);
  }
}
