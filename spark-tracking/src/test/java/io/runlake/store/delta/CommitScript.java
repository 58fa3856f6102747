package io.runlake.store.delta;

import io.runlake.registry.ModelRegistry;
import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisterOptions;
import io.runlake.registry.Stage;
import io.runlake.store.Alert;
import io.runlake.store.ExperimentRow;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.Store;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Experiment;
import io.runlake.tracking.RunEditor;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.RunlakeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user does with a store, one commit after the other and on every table: experiments, runs
 * with metrics, edits of a run, the registry, alerts. By a clock that stands, so that two passes
 * write the same rows but for the ids, which are random.
 */
final class CommitScript {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-05-01T00:00:00Z"), ZoneOffset.UTC);

  private CommitScript() {}

  /** A model folder that can be registered. */
  static Path model(Path folder) throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("MLmodel"), "artifact_path: model\n");
    Files.writeString(model.resolve("weights.bin"), "0123456789");
    return model;
  }

  /** Plays the whole script; what goes wrong is thrown as a user would see it. */
  static void play(Store store, Path model) {
    RunlakeOptions options =
        RunlakeOptions.defaults().withClock(CLOCK).withFlushEvery(Duration.ofHours(1));
    try (Runlake runlake = Runlake.over(store, options)) {
      experiments(runlake);
      runs(runlake);
      registry(ModelRegistry.over(store, "ada", CLOCK), model.toString());
      store.alerts().append(new Alert(1, "refused-model", "churn", "one", Optional.empty()));
      store.alerts().append(new Alert(2, "failed-gate", "churn", "two", Optional.empty()));
    }
  }

  private static void experiments(Runlake runlake) {
    runlake.experiment("churn");
    Experiment other = runlake.experiment("other");
    runlake.setExperimentTag(other.id(), "team", "lake");
    runlake.renameExperiment(other.id(), "another");
    runlake.deleteExperiment(other.id());
    runlake.restoreExperiment(other.id());
  }

  private static void runs(Runlake runlake) {
    ActiveRun run = runlake.startRun(RunSpec.of("churn").withName("first"));
    run.flush();
    run.logParam("depth", 5);
    run.flush();
    run.logMetric("rmse", 0.5, 0);
    run.flush();
    run.setTag("team", "lake");
    run.flush();
    run.logMetric("rmse", 0.25, 1);
    run.logMetric("mae", 0.125, 1);
    run.flush();
    run.endRun();
    try (RunEditor editor = runlake.edit(run.id())) {
      editor.setTag("note", "good");
      editor.flush();
      editor.delete();
      editor.flush();
      editor.restore();
    }
    try (ActiveRun short1 = runlake.startRun(RunSpec.of("churn").withName("second"))) {
      short1.logMetric("rmse", 0.75, 0);
      short1.endRun();
    }
  }

  private static void registry(ModelRegistry registry, String model) {
    registry.createModel("churn", RegisterOptions.because("why"));
    ModelVersion one = registry.register("churn", model, RegisterOptions.none());
    ModelVersion two = registry.register("churn", model, RegisterOptions.none());
    registry.setAlias("churn", "champion", one.version(), "");
    registry.setModelTag("churn", "team", "lake", "");
    registry.transition("churn", one.version(), Stage.PRODUCTION, true, "");
    registry.transition("churn", two.version(), Stage.PRODUCTION, true, "");
    registry.setAlias("churn", "challenger", two.version(), "");
    registry.deleteAlias("churn", "challenger", "");
    registry.deleteVersion("churn", one.version(), "");
    registry.describeModel("churn", "all of it", "");
    registry.rename("churn", "leavers", "");
    registry.register("leavers", model, RegisterOptions.none());
    registry.deleteModel("leavers", "");
  }

  /**
   * The rows of every table as they stand in its files, duplicates included, as text in which ids
   * are the names of what they stand for.
   */
  static List<String> rows(String root) {
    Map<String, String> names = new HashMap<>();
    names.put(root, "ROOT");
    for (ExperimentRow row : raw(root, TableSpec.EXPERIMENTS)) {
      names.merge(row.experimentId().value(), row.name(), (a, b) -> a.compareTo(b) > 0 ? a : b);
    }
    for (RunRow row : raw(root, TableSpec.RUNS)) {
      row.name().flatMap(Stamp::value).ifPresent(name -> names.put(row.runId().value(), name));
    }
    List<String> rows = new ArrayList<>();
    for (TableSpec<?> spec : TableSpec.ALL) {
      for (Object row : raw(root, spec)) {
        String text = spec.name() + " " + row;
        for (Map.Entry<String, String> name : names.entrySet()) {
          text = text.replace(name.getKey(), name.getValue());
        }
        rows.add(text);
      }
    }
    rows.sort(null);
    return rows;
  }

  static <R> List<R> raw(String root, TableSpec<R> spec) {
    List<R> rows = new ArrayList<>();
    StoreEngine engine = new StoreEngine(new LocalFileIO(Map.of()), new HadoopFiles(Map.of()));
    new TableReader<>(new DeltaTable<>(root, spec, engine)).read(Optional.empty(), rows::add);
    return rows;
  }
}
