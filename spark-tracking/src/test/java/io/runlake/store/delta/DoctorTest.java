package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.doctor.Doctor;
import io.runlake.registry.RegisterOptions;
import io.runlake.store.Alert;
import io.runlake.store.ExperimentId;
import io.runlake.store.ExperimentRow;
import io.runlake.store.Finding;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.StateTable.Decision;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Each rule, broken in just one way, is found, and nothing else; a healthy store has none. */
@Tag("slow")
class DoctorTest {
  private static final String ML_MODEL =
      """
      artifact_path: model
      flavors:
        python_function:
          loader_module: mlflow.spark
          data: sparkml
        spark:
          model_data: sparkml
          pyspark_version: 4.1.0
      mlflow_version: 2.17.0
      model_uuid: 0f0e0d0c0b0a09080706050403020100
      utc_time_created: '2026-01-01 00:00:00.000000'
      """;

  @TempDir static Path temp;

  private static Path healthy;
  private static RunId oldRun;
  private static RunId newRun;
  private static ExperimentId experiment;

  /** Damages a copy of the store. */
  @FunctionalInterface
  private interface Damage {
    void to(DamagedStore store) throws Exception;
  }

  @BeforeAll
  static void write() {
    healthy = temp.resolve("a healthy store");
    try (Runlake runlake = Runlake.open("delta:" + healthy)) {
      // More commits than a checkpoint takes.
      try (ActiveRun run = runlake.startRun(RunSpec.of("occupancy").withName("long"))) {
        for (int step = 0; step < 54; step++) {
          run.logMetric("loss", 1.0 / (step + 1), step);
          run.flush();
        }
        run.logText(ML_MODEL, "model/MLmodel");
        run.logText("{}", "model/sparkml/metadata/part-00000");
        run.endRun();
        oldRun = run.id();
        experiment = run.experimentId();
      }
      try (ActiveRun run = runlake.startRun(RunSpec.of("other").withName("short"))) {
        run.logParam("depth", 5);
        run.logMetric("zero", -0.0);
        run.logMetric("nan", Double.NaN);
        run.fail(new IllegalStateException("no convergence"));
      }
      try (ActiveRun run = runlake.startRun(RunSpec.of("occupancy").withName("newest"))) {
        run.logMetric("accuracy", 0.5, 1);
        run.flush();
        run.setTag("late", "yes");
        run.endRun();
        newRun = run.id();
      }
      String source = "runs:/" + oldRun + "/model";
      runlake.registry().register("detector", source, RegisterOptions.none());
      runlake.registry().register("detector", source, RegisterOptions.none());
      runlake.registry().register("detector", source, RegisterOptions.none());
      runlake.registry().setAlias("detector", "champion", 3, "");
      runlake.registry().deleteVersion("detector", 2, "");
      runlake.store().alerts().append(new Alert(1, "test", "store", "message", Optional.empty()));
      // Behind the checkpoint, which closing does not wait for on a busy machine.
      runlake.store().experiments().change(state -> Decision.keep(0));
    }
  }

  private static List<Finding> examine(Path root, boolean deep) {
    try (Store store = Stores.open("delta:" + root, StoreOptions.defaults())) {
      Doctor doctor = deep ? Doctor.standard().deep() : Doctor.standard();
      return doctor.examine(store);
    }
  }

  @Test
  void aHealthyStoreHasNoFinding() {
    assertThat(Files.exists(healthy.resolve("runs/_delta_log/_last_checkpoint"))).isTrue();
    assertThat(examine(healthy, false)).isEmpty();
    assertThat(examine(healthy, true)).isEmpty();
    assertThat(examine(temp.resolve("nothing here"), true)).isEmpty();
    assertThat(temp.resolve("a%20healthy%20store")).doesNotExist();
  }

  @TestFactory
  Stream<DynamicTest> eachDamageIsFoundAndNothingElse() {
    Map<String, Damage> damages = new LinkedHashMap<>();
    log(damages);
    metadata(damages);
    files(damages);
    rows(damages);
    states(damages);
    models(damages);
    assertThat(damages).hasSizeGreaterThanOrEqualTo(36);
    List<DynamicTest> tests = new ArrayList<>();
    damages.forEach(
        (name, damage) -> tests.add(DynamicTest.dynamicTest(name, () -> holds(name, damage))));
    return tests.stream();
  }

  /** A name is the severity, the invariant and a word of how it is broken. */
  private static void holds(String name, Damage damage) throws Exception {
    String[] parts = name.split(" ", 3);
    Path root = temp.resolve("damaged " + name.replaceAll("\\W", "-"));
    DamagedStore store = DamagedStore.copy(healthy, root, oldRun, newRun);
    damage.to(store);
    List<Finding> findings = examine(root, name.contains("deep"));
    Set<String> kinds = new TreeSet<>();
    findings.forEach(finding -> kinds.add(finding.severity() + " " + finding.invariant()));
    assertThat(kinds).as("%s", findings).containsExactly(parts[0] + " " + parts[1]);
    assertThat(findings)
        .allSatisfy(
            finding -> {
              assertThat(finding.what()).endsWith(".");
              assertThat(finding.mend()).endsWith(".");
              assertThat(finding.where()).isNotBlank();
            });
  }

  private static void log(Map<String, Damage> damages) {
    damages.put(
        "VIOLATION log.dense an entry above the checkpoint is gone",
        store -> Files.delete(store.entry("runs", store.newest("runs") - 1)));
    damages.put(
        "VIOLATION log.dense an entry of a young table is gone",
        store -> Files.delete(store.entry("registry", 1)));
    damages.put(
        "VIOLATION log.readable an entry is empty",
        store -> Files.write(store.entry("metrics", store.newest("metrics")), new byte[0]));
    damages.put(
        "VIOLATION log.readable a line is garbage",
        store -> store.edit(store.entry("registry", 1), text -> text + "{\"add\":"));
    damages.put(
        "VIOLATION log.lost-commit below a checkpoint after clean-up",
        store -> {
          for (long version = 0; version < 49; version++) {
            Files.delete(store.entry("metrics", version));
          }
          lostCommit(store, 30);
        });
    damages.put(
        "VIOLATION log.lost-commit right below the entries that are left",
        store -> {
          for (long version = 0; version < 49; version++) {
            Files.delete(store.entry("metrics", version));
          }
          lostCommit(store, 48);
        });
    damages.put(
        "VIOLATION log.checkpoint it is garbage",
        store ->
            DamagedStore.scramble(
                store.log("runs").resolve("00000000000000000050.checkpoint.parquet")));
    damages.put(
        "WARNING log.last-checkpoint it is empty",
        store -> Files.write(store.log("runs").resolve("_last_checkpoint"), new byte[0]));
    damages.put(
        "WARNING log.last-checkpoint it names another",
        store ->
            store.edit(
                store.log("runs").resolve("_last_checkpoint"),
                text -> text.replaceFirst("\"version\":\\d+", "\"version\":7")));
    damages.put(
        "VIOLATION log.checksum it counts wrong",
        store ->
            store.edit(
                newestChecksum(store),
                text -> text.replaceFirst("\"numFiles\":", "\"numFiles\":9")));
    damages.put(
        "VIOLATION log.checksum it counts files of a size wrong",
        store ->
            store.edit(
                newestChecksum(store),
                text ->
                    text.replaceFirst(
                        "\"numFiles\":",
                        "\"fileSizeHistogram\":{\"fileCounts\":[1],\"totalBytes\":[1]},\"numFiles\":")));
  }

  private static void lostCommit(DamagedStore store, long version) throws Exception {
    String add =
        "{\"add\":{\"path\":\"month=2026-01/lost.parquet\",\"partitionValues\":{\"month\":\"2026-01\"},"
            + "\"size\":1,\"modificationTime\":1,\"dataChange\":true}}\n";
    DamagedStore.write(store.entry("metrics", version), add);
  }

  private static Path newestChecksum(DamagedStore store) {
    List<Path> found =
        DamagedStore.files(store.log("runs")).stream()
            .filter(file -> file.toString().endsWith(".crc"))
            .toList();
    return found.get(found.size() - 1);
  }

  private static void metadata(Map<String, Damage> damages) {
    damages.put(
        "VIOLATION table.format a newer one",
        store ->
            store.editFirst(
                "alerts",
                text -> text.replace("\"runlake.format\":\"1\"", "\"runlake.format\":\"2\"")));
    damages.put(
        "VIOLATION table.protocol a feature",
        store ->
            store.editFirst(
                "alerts",
                text ->
                    text.replaceFirst(
                        "\\{\"protocol\":\\{[^}]*\\}\\}",
                        "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":7,"
                            + "\"writerFeatures\":[\"appendOnly\"]}}")));
    damages.put(
        "VIOLATION table.properties append only",
        store ->
            store.editFirst(
                "alerts",
                text ->
                    text.replace(
                        "\"runlake.format\":\"1\"",
                        "\"runlake.format\":\"1\",\"delta.appendOnly\":\"true\"")));
    damages.put(
        "WARNING table.properties another interval",
        store ->
            store.editFirst(
                "alerts",
                text ->
                    text.replace(
                        "\"delta.checkpointInterval\":\"50\"",
                        "\"delta.checkpointInterval\":\"5\"")));
    damages.put(
        "VIOLATION table.schema a column has another type",
        store ->
            store.editFirst(
                "alerts",
                text ->
                    text.replace(
                        "\\\"name\\\":\\\"at\\\",\\\"type\\\":\\\"long\\\"",
                        "\\\"name\\\":\\\"at\\\",\\\"type\\\":\\\"string\\\"")));
    damages.put(
        "VIOLATION table.schema a column is not nullable",
        store ->
            store.editFirst(
                "alerts",
                text -> text.replaceFirst("nullable\\\\\":true", "nullable\\\\\":false")));
    damages.put(
        "VIOLATION table.readable no metadata",
        store ->
            store.editFirst("alerts", text -> text.replaceFirst("(?m)^\\{\"metaData\".*\\R", "")));
  }

  private static void files(Map<String, Damage> damages) {
    damages.put(
        "VIOLATION files.present one is gone",
        store -> Files.delete(store.dataFiles("metrics").get(0)));
    damages.put(
        "VIOLATION files.present one is cut",
        store -> {
          Path file = store.dataFiles("runs").get(0);
          Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 100));
        });
    damages.put(
        "VIOLATION files.readable one is garbage",
        store -> DamagedStore.scramble(store.dataFiles("alerts").get(0)));
    damages.put(
        "VIOLATION files.rows the log counts others",
        store ->
            store.editFirst(
                "alerts", text -> text.replaceFirst("numRecords\\\\\":1", "numRecords\\\\\":3")));
    damages.put(
        "INFO files.temporary in the log and beside data",
        store -> {
          Path log = store.log("runs").resolve(".00000000000000000099.json.x.tmp");
          DamagedStore.age(DamagedStore.write(log, "x"), Duration.ofHours(2));
          Path data = store.dataFiles("metrics").get(0).resolveSibling(".part.parquet.x.tmp");
          DamagedStore.age(DamagedStore.write(data, "x"), Duration.ofHours(2));
        });
    damages.put(
        "INFO files.orphans an old one",
        store -> {
          Path data = store.dataFiles("metrics").get(0).resolveSibling("orphan.parquet");
          DamagedStore.age(DamagedStore.write(data, "x"), Duration.ofDays(8));
        });
  }

  private static void rows(Map<String, Damage> damages) {
    damages.put(
        "VIOLATION rows.keys a run without id",
        store -> store.appendRaw(TableSpec.RUNS, new Object[14]));
    damages.put(
        "VIOLATION rows.readable a status that there is not",
        store -> {
          Object[] row = new Object[14];
          row[0] = newRun.value();
          row[1] = experiment.value();
          row[6] = new Object[] {0L, 0, 1L, "SLEEPING", null, null};
          store.appendRaw(TableSpec.RUNS, row);
        });
    damages.put(
        "VIOLATION rows.month the log puts a file elsewhere",
        store ->
            store.edit(
                store.entry("runs", store.newest("runs")),
                text ->
                    text.replaceFirst(
                        "(\"partitionValues\":\\{[^}]*)20\\d\\d-\\d\\d", "$12001-01")));
    damages.put(
        "VIOLATION runs.settled-once two settled rows",
        store -> {
          for (long back = 0; back < 2; back++) {
            store.edit(
                store.entry("runs", store.newest("runs") - back),
                text -> text.replace("\"level\":\"0\"", "\"level\":\"1\""));
          }
        });
    damages.put(
        "VIOLATION runs.experiment a run in two",
        store ->
            store.append(
                TableSpec.RUNS,
                List.of(RunRow.of(newRun, experimentNamed(store.root(), "other")))));
    damages.put(
        "VIOLATION runs.experiment-known nobody made it",
        store ->
            batch(store, List.of(), RunRow.of(RunId.newId(Instant.now()), new ExperimentId("9"))));
    damages.put(
        "WARNING runs.future a stamp of tomorrow",
        store ->
            batch(
                store,
                List.of(),
                RunRow.of(newRun, experiment)
                    .withTags(
                        Map.of(
                            "t",
                            Stamp.of(Instant.now().plusSeconds(86_400).toEpochMilli(), "x")))));
    damages.put(
        "WARNING runs.metrics-map a point that it does not know",
        store -> batch(store, List.of(point(newRun, "accuracy", 2)), null));
    damages.put(
        "VIOLATION metrics.points a value that is none",
        store ->
            batch(
                store,
                List.of(),
                RunRow.of(newRun, experiment)
                    .withMetrics(Map.of("accuracy", new MetricValue(3, 1, 1)))));
    damages.put(
        "WARNING metrics.run-known points of nobody",
        store -> batch(store, List.of(point(RunId.newId(Instant.now()), "accuracy", 2)), null));
  }

  private static MetricPoint point(RunId run, String key, long step) {
    return new MetricPoint(experiment, run, key, new MetricValue(step, 1, 0.25));
  }

  private static void batch(DamagedStore damaged, List<MetricPoint> points, RunRow row) {
    try (Store store = Stores.open("delta:" + damaged.root(), StoreOptions.defaults())) {
      store.runs().append(new RunBatch(points, row == null ? List.of() : List.of(row))).join();
    }
  }

  private static ExperimentId experimentNamed(Path root, String name) {
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      return runlake.findExperiment(name).orElseThrow().id();
    }
  }

  private static List<RegistryRow> registry(DamagedStore damaged) {
    try (Store store = Stores.open("delta:" + damaged.root(), StoreOptions.defaults())) {
      return store.registry().history();
    }
  }

  private static RegistryRow changed(RegistryRow row, int version, long revision) {
    return new RegistryRow(
        RegistryRow.Entry.version(row.entry().name(), version),
        false,
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.of("None"),
        row.model(),
        row.creationTime(),
        row.change(),
        revision);
  }

  private static RegistryRow version(List<RegistryRow> rows, int number) {
    return rows.stream()
        .filter(row -> row.entry().version() == number && row.model().isPresent())
        .findFirst()
        .orElseThrow();
  }

  private static long next(List<RegistryRow> rows) {
    return rows.get(rows.size() - 1).revision() + 1;
  }

  private static void states(Map<String, Damage> damages) {
    damages.put(
        "VIOLATION states.revisions one is left out",
        store -> {
          List<RegistryRow> rows = registry(store);
          store.append(TableSpec.REGISTRY, List.of(changed(version(rows, 3), 4, next(rows) + 1)));
        });
    damages.put(
        "VIOLATION states.revisions two changes share one",
        store -> {
          List<RegistryRow> rows = registry(store);
          store.append(TableSpec.REGISTRY, List.of(changed(version(rows, 3), 4, next(rows) - 1)));
        });
    damages.put(
        "VIOLATION registry.versions one is left out",
        store -> {
          List<RegistryRow> rows = registry(store);
          store.append(TableSpec.REGISTRY, List.of(changed(version(rows, 3), 5, next(rows))));
        });
    damages.put("VIOLATION registry.aliases the target was deleted", store -> alias(store, 2));
    damages.put("VIOLATION registry.aliases there is no target", store -> alias(store, 8));
    damages.put(
        "VIOLATION registry.model-known a version without a model",
        store -> {
          List<RegistryRow> rows = registry(store);
          RegistryRow row = changed(version(rows, 3), 1, next(rows));
          store.append(
              TableSpec.REGISTRY,
              List.of(
                  new RegistryRow(
                      RegistryRow.Entry.version("nobody", 1),
                      row.deleted(),
                      row.aliases(),
                      row.tags(),
                      row.description(),
                      row.stage(),
                      row.model(),
                      row.creationTime(),
                      row.change(),
                      row.revision())));
        });
    damages.put(
        "VIOLATION experiments.names a name twice",
        store -> {
          try (Store open = Stores.open("delta:" + store.root(), StoreOptions.defaults())) {
            ExperimentRow last =
                open.experiments().history().get(open.experiments().history().size() - 1);
            store.append(
                TableSpec.EXPERIMENTS,
                List.of(
                    new ExperimentRow(
                        new ExperimentId("77"),
                        last.name(),
                        last.artifactLocation(),
                        last.lifecycle(),
                        Map.of(),
                        last.creationTime(),
                        last.lastUpdateTime(),
                        last.revision() + 1)));
          }
        });
  }

  private static void alias(DamagedStore store, int target) throws Exception {
    List<RegistryRow> rows = registry(store);
    RegistryRow model =
        rows.stream().filter(row -> row.model().isEmpty()).findFirst().orElseThrow();
    store.append(
        TableSpec.REGISTRY,
        List.of(
            new RegistryRow(
                model.entry(),
                false,
                Map.of("champion", target),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                model.creationTime(),
                model.change(),
                next(rows))));
  }

  /** The versions of a copy name the folder in the original; this one is moved to the copy. */
  private static Path model(DamagedStore store) throws Exception {
    List<RegistryRow> rows = registry(store);
    Path original = healthy.resolve(healthy.relativize(Path.of(sourceOf(rows))));
    Path copy = store.root().resolve(healthy.relativize(original).toString());
    RegistryRow row = changed(version(rows, 3), 4, next(rows));
    RegistryRow.ModelSource source = row.model().orElseThrow();
    store.append(
        TableSpec.REGISTRY,
        List.of(
            new RegistryRow(
                row.entry(),
                false,
                Map.of(),
                Map.of(),
                Optional.empty(),
                row.stage(),
                Optional.of(
                    new RegistryRow.ModelSource("file:" + copy, source.runId(), source.digest())),
                row.creationTime(),
                row.change(),
                row.revision())));
    return copy;
  }

  private static String sourceOf(List<RegistryRow> rows) {
    return version(rows, 3).model().orElseThrow().source().replaceFirst("^file:/*", "/");
  }

  private static void models(Map<String, Damage> damages) {
    damages.put(
        "VIOLATION models.whole the folder has no MLmodel",
        store -> Files.delete(model(store).resolve("MLmodel")));
    damages.put(
        "VIOLATION models.present the folder is gone",
        store -> {
          Path folder = model(store);
          Files.move(folder, folder.resolveSibling("elsewhere"));
        });
    damages.put(
        "VIOLATION models.digest a file of a model without manifest differs",
        store -> DamagedStore.write(model(store).resolve("sparkml/metadata/part-00000"), "[]"));
    damages.put(
        "VIOLATION models.whole a file differs from the manifest, deep alone sees it",
        DoctorTest::differsFromManifest);
    damages.put(
        "INFO artifacts.run-known a folder of nobody",
        store ->
            DamagedStore.write(
                store.root().resolve("artifacts/" + experiment + "/feed/artifacts/x"), "x"));
  }

  private static void differsFromManifest(DamagedStore store) throws Exception {
    Path copy = model(store);
    StringBuilder manifest = new StringBuilder();
    for (Path file : DamagedStore.files(copy)) {
      byte[] hash =
          java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      manifest
          .append(java.util.HexFormat.of().formatHex(hash))
          .append("  ")
          .append(copy.relativize(file))
          .append('\n');
    }
    DamagedStore.write(copy.resolve("runlake.sha256"), manifest.toString());
    assertThat(examine(store.root(), true)).isEmpty();
    DamagedStore.write(copy.resolve("sparkml/metadata/part-00000"), "[]");
    assertThat(examine(store.root(), false)).isEmpty();
  }
}
