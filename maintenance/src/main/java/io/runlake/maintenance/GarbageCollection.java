package io.runlake.maintenance;

import io.runlake.scoring.JobException;
import io.runlake.scoring.JobSession;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.Phases;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * Deletes for good what was deleted a while ago: first the rows of experiments, then those of runs,
 * then points, then artifacts. Rows go by commits that conflict with every change of what they
 * decided on, so that a restore comes wholly before or finds nothing left to restore.
 *
 * <p>Each step may be done twice. Killed at any point, the next start does what is left.
 */
public final class GarbageCollection {
  private final SparkSession spark;
  private final Store store;
  private final GcOptions options;
  private final Phases phases;
  private final Consumer<String> steps;
  private final ArtifactFolders artifacts;
  private final List<String> failures = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  private GarbageCollection(
      SparkSession spark, Store store, GcOptions options, Phases phases, Consumer<String> steps) {
    this.spark = spark;
    this.store = store;
    this.options = options;
    this.phases = phases;
    this.steps = steps;
    this.artifacts = new ArtifactFolders(store.root(), spark.sparkContext().hadoopConfiguration());
  }

  /**
   * Collects the garbage of the store of a tracking URI, in a session beside the given one.
   *
   * @param progress takes a line for each step
   * @throws JobException if the store, or how Spark writes its log, is not as it has to be
   */
  public static GcReport run(
      SparkSession spark, String trackingUri, GcOptions options, PrintStream progress) {
    return run(spark, trackingUri, options, progress, step -> {});
  }

  /** For tests that die at a step. */
  static GcReport run(
      SparkSession spark,
      String trackingUri,
      GcOptions options,
      PrintStream progress,
      Consumer<String> steps) {
    StoreOptions storeOptions =
        StoreOptions.defaults().withFileSystem(JobSession.of(spark).fileSystem());
    try (Store store = Stores.open(trackingUri, storeOptions)) {
      if (!store.exists()) {
        throw JobException.badInput(
            "There is no store at " + store.root() + ": it has none of the tables. Give its root.");
      }
      return MaintenanceSession.beside(
          spark,
          store.root(),
          own -> new GarbageCollection(own, store, options, new Phases(progress), steps).collect());
    }
  }

  private GcReport collect() {
    long start = System.nanoTime();
    phases.say("store " + store.root() + ", what was deleted before " + options.cutoff());
    Map<String, GcIntent> begun = intents();
    Upkeep runs = upkeep(TableColumns.RUNS);
    GcPlan plan = new GcPlan(runs.table(), store, options.cutoff());
    GcPlan.Found found =
        phases.time(
            "plan",
            "looking what goes",
            () ->
                plan.find(begun.values().stream().flatMap(i -> i.experiments().stream()).toList()));
    skipped.addAll(found.skipped());
    GcIntent goes = found.goes();
    phases.say(goes.runs().size() + " runs, " + goes.experiments().size() + " experiments");
    if (options.dryRun()) {
      goes.runs().forEach(run -> artifacts.refusal(run).ifPresent(why -> stays(run, why)));
      return report(start, goes.experiments(), goes.runs().size(), 0, 0);
    }
    if (!goes.empty()) {
      String path = GcIntent.folder(store.root()) + "/" + UUID.randomUUID() + ".json";
      store.claims().put(path, goes.toJson());
      begun.put(path, goes);
      steps.accept("intent");
    }
    try (ObservedCounts counts = new ObservedCounts(spark)) {
      return collect(start, begun, goes, runs, plan, counts);
    }
  }

  private GcReport collect(
      long start,
      Map<String, GcIntent> begun,
      GcIntent goes,
      Upkeep runs,
      GcPlan plan,
      ObservedCounts counts) {
    GcRows rows = new GcRows(options.cutoff(), phases, counts, steps);
    Set<String> experiments = deleteExperiments(goes.experiments(), rows);
    Map<String, DoomedRun> all = new TreeMap<>();
    begun.values().forEach(intent -> intent.runs().forEach(run -> all.put(run.runId(), run)));
    byMonth(goes.runs()).keySet().forEach(month -> rows.deleteRuns(runs, plan, month, experiments));
    Set<String> there = GcRows.stillThere(runs.table(), all.keySet());
    all.keySet().removeAll(there);
    Upkeep metrics = upkeep(TableColumns.METRICS);
    byMonth(all.values()).forEach((month, ids) -> rows.deletePoints(metrics, month, ids));
    long deleted = 0;
    long gone = 0;
    // Of rows that an earlier start deleted the registry may have a version by now.
    Map<String, String> models = plan.modelsByRun();
    for (DoomedRun run : all.values()) {
      if (models.containsKey(run.runId())) {
        stays(run, models.get(run.runId()) + " is its model");
        continue;
      }
      Optional<ArtifactFolders.Outcome> outcome = deleteArtifacts(run);
      deleted += outcome.equals(Optional.of(ArtifactFolders.Outcome.DELETED)) ? 1 : 0;
      gone += outcome.equals(Optional.of(ArtifactFolders.Outcome.GONE)) ? 1 : 0;
    }
    List.of(runs, metrics).forEach(table -> failures.addAll(table.report().failures()));
    if (failures.isEmpty()) {
      begun.keySet().forEach(this::forget);
    }
    return report(start, List.copyOf(experiments), all.size(), deleted, gone);
  }

  private GcReport report(
      long start, List<String> experiments, long runs, long folders, long foldersGone) {
    double seconds = (System.nanoTime() - start) / 1e9;
    return new GcReport(
        store.root(),
        options.dryRun(),
        experiments,
        runs,
        folders,
        foldersGone,
        skipped,
        failures,
        seconds);
  }

  private void stays(DoomedRun run, String why) {
    skipped.add("artifacts of run " + run.runId() + ": " + why);
  }

  private Upkeep upkeep(TableColumns columns) {
    return new Upkeep(new StoreTable(spark, store.root(), columns), phases);
  }

  /** What earlier collections wrote down and did not end. */
  private Map<String, GcIntent> intents() {
    Map<String, GcIntent> intents = new LinkedHashMap<>();
    String folder = GcIntent.folder(store.root());
    for (String name : store.claims().list(folder)) {
      String path = folder + "/" + name;
      store.claims().get(path).ifPresent(json -> intents.put(path, GcIntent.fromJson(json, path)));
    }
    if (!intents.isEmpty()) {
      phases.say("going on with " + intents.size() + " collections that were not ended");
    }
    return intents;
  }

  private static Map<String, Set<String>> byMonth(Iterable<DoomedRun> runs) {
    Map<String, Set<String>> months = new TreeMap<>();
    runs.forEach(
        run -> months.computeIfAbsent(run.month(), month -> new TreeSet<>()).add(run.runId()));
    return months;
  }

  /** Deletes the rows of experiments, but for those that were restored; returns which are gone. */
  private Set<String> deleteExperiments(List<String> ids, GcRows rows) {
    Set<String> wanted = new TreeSet<>(ids);
    Upkeep table = upkeep(TableColumns.EXPERIMENTS);
    if (!wanted.isEmpty() && table.table().newest().isPresent()) {
      rows.deleteExperiments(table, wanted);
      failures.addAll(table.report().failures());
    }
    Set<String> left =
        store.experiments().current().stream()
            .map(row -> row.experimentId().value())
            .collect(Collectors.toSet());
    wanted.removeAll(left);
    return wanted;
  }

  private Optional<ArtifactFolders.Outcome> deleteArtifacts(DoomedRun run) {
    Optional<String> refusal = artifacts.refusal(run);
    if (refusal.isPresent()) {
      stays(run, refusal.get());
      return Optional.empty();
    }
    try {
      ArtifactFolders.Outcome outcome = artifacts.delete(run);
      steps.accept("artifacts " + run.runId());
      return Optional.of(outcome);
    } catch (IOException e) {
      failures.add("artifacts of run " + run.runId() + ": " + JobException.firstLine(e));
      return Optional.empty();
    }
  }

  private void forget(String intent) {
    try {
      artifacts.deleteFile(intent);
      steps.accept("forgotten");
    } catch (IOException e) {
      failures.add("the list " + intent + ": " + JobException.firstLine(e));
    }
  }
}
