package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.utils.CloseableIterable;
import io.runlake.doctor.Doctor;
import io.runlake.store.Alert;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.StateTable.Decision;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.store.TableUpgrade;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens when a store and a program are of two versions of the format. */
@Timeout(120)
class FormatUpgradeTest {
  private static final List<String> TABLES =
      List.of("experiments", "runs", "metrics", "registry", "alerts");

  /** As a version before the first would be, if there were one. */
  private static final FormatStep ZERO_TO_ONE = new FormatStep("0", "1", table -> Map.of());

  private static final FormatStep ONE_TO_TWO =
      new FormatStep("1", "2", table -> Map.of("runlake.upgraded", table));

  @TempDir Path temp;
  private DamagedStore files;
  private RunId run;
  private ExperimentId experiment;

  @BeforeEach
  void write() {
    Path root = temp.resolve("root");
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      try (ActiveRun active = runlake.startRun(RunSpec.of("occupancy").withName("first"))) {
        active.logMetric("accuracy", 0.5);
        active.endRun();
        run = active.id();
        experiment = active.experimentId();
      }
      runlake.registry().createModel("detector", io.runlake.registry.RegisterOptions.none());
      runlake.store().alerts().append(new Alert(1, "test", "store", "message", Optional.empty()));
    }
    files = new DamagedStore(root, run, run);
  }

  private String uri() {
    return "delta:" + files.root();
  }

  private FormatUpgrade upgrade(String target, FormatStep... steps) {
    return new FormatUpgrade(LocalFiles.hadoopPath(files.root()), engine(), List.of(steps), target);
  }

  private static StoreEngine engine() {
    return new StoreEngine(new LocalFileIO(Map.of()), new HadoopFiles(Map.of()));
  }

  private Snapshot snapshot(String table) {
    return TableManager.loadSnapshot(LocalFiles.hadoopPath(files.table(table)))
        .withCommitter(new SettlingCommitter())
        .build(engine());
  }

  private Map<String, String> formats() {
    Map<String, String> formats = new HashMap<>();
    TABLES.forEach(
        table -> formats.put(table, snapshot(table).getTableProperties().get("runlake.format")));
    return formats;
  }

  private void setBackToZero() throws Exception {
    for (String table : TABLES) {
      files.editFirst(
          table, text -> text.replace("\"runlake.format\":\"1\"", "\"runlake.format\":\"0\""));
    }
  }

  @Test
  void aStoreOfThisVersionHasNothingToUpgrade() {
    Map<String, Long> before = versions();
    try (Store store = Stores.open(uri(), StoreOptions.defaults())) {
      assertThat(store.care().upgrade(true)).isEmpty();
      assertThat(store.care().upgrade(false)).isEmpty();
    }
    assertThat(versions()).isEqualTo(before);
  }

  private Map<String, Long> versions() {
    Map<String, Long> versions = new HashMap<>();
    TABLES.forEach(table -> versions.put(table, snapshot(table).getVersion()));
    return versions;
  }

  @Test
  void anOlderStoreIsRefusedUntilItIsUpgraded() throws Exception {
    setBackToZero();
    try (Runlake runlake = Runlake.open(uri())) {
      assertThatThrownBy(() -> runlake.searchRuns(RunQuery.all()))
          .hasMessageContaining("runlake.format=0");
    }
    List<TableUpgrade> plan = upgrade("1", ZERO_TO_ONE).plan();
    assertThat(plan).extracting(TableUpgrade::table).containsExactlyElementsOf(TABLES);
    assertThat(formats()).doesNotContainValue("1");
    assertThat(upgrade("1", ZERO_TO_ONE).run()).isEqualTo(plan);
    assertThat(upgrade("1", ZERO_TO_ONE).run()).isEmpty();
    try (Runlake runlake = Runlake.open(uri())) {
      assertThat(runlake.getRun(run).orElseThrow().metric("accuracy")).contains(0.5);
      runlake.startRun("occupancy").endRun();
      assertThat(runlake.searchRuns(RunQuery.all()).runs()).hasSize(2);
      assertThat(Doctor.check(runlake.store())).isEmpty();
    }
  }

  @Test
  void aChainOfStepsChangesPropertiesAndKeepsRows() throws Exception {
    setBackToZero();
    assertThat(upgrade("2", ZERO_TO_ONE, ONE_TO_TWO).run()).hasSize(2 * TABLES.size());
    assertThat(formats().values()).containsOnly("2");
    assertThat(snapshot("runs").getTableProperties()).containsEntry("runlake.upgraded", "runs");
    assertThat(LiveFiles.of(snapshot("runs"), engine())).isNotEmpty();
  }

  @Test
  void anUpgradeThatIsCutOffBetweenTablesIsCompletedByAnother() throws Exception {
    setBackToZero();
    FormatStep dying =
        new FormatStep(
            "0",
            "1",
            table -> {
              if (table.equals("metrics")) {
                throw new IllegalStateException("the program dies here");
              }
              return Map.of();
            });
    assertThatThrownBy(() -> upgrade("1", dying).run()).isInstanceOf(StoreException.class);
    assertThat(formats())
        .containsEntry("experiments", "1")
        .containsEntry("runs", "1")
        .containsEntry("metrics", "0")
        .containsEntry("alerts", "0");
    assertThat(upgrade("1", ZERO_TO_ONE).run())
        .extracting(TableUpgrade::table)
        .containsExactly("metrics", "registry", "alerts");
    assertThat(formats().values()).containsOnly("1");
  }

  @Test
  void upgradesAtOnceDoEachStepOnce() throws Exception {
    setBackToZero();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          CompletableFuture.runAsync(
              () -> upgrade("1", ZERO_TO_ONE).run(), task -> new Thread(task).start()));
    }
    Map<String, Long> before = new HashMap<>(versions());
    all.forEach(CompletableFuture::join);
    assertThat(formats().values()).containsOnly("1");
    versions()
        .forEach((table, version) -> assertThat(version - before.get(table)).isBetween(0L, 1L));
  }

  @Test
  void aFormatThatNobodyKnowsTheWayFromChangesNothing() throws Exception {
    files.editFirst(
        "metrics", text -> text.replace("\"runlake.format\":\"1\"", "\"runlake.format\":\"7\""));
    assertThatThrownBy(() -> upgrade("2", ONE_TO_TWO).run())
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.INVALID))
        .hasMessageContaining("runlake.format=7")
        .hasMessageContaining("nothing was changed");
    assertThat(formats()).containsEntry("experiments", "1").containsEntry("metrics", "7");
  }

  @Test
  void anOldProgramThatIsAtWorkIsRefusedByEachVerbAndWritesNothing() throws Exception {
    try (Store store = Stores.open(uri(), StoreOptions.defaults())) {
      // It has written before, and so holds versions of the tables.
      append(store, "before");
      store.alerts().append(new Alert(2, "test", "store", "message", Optional.empty()));
      upgrade("2", ONE_TO_TWO).run();
      Map<String, Long> upgraded = versions();
      Map<String, ThrowingCallable> verbs = new HashMap<>();
      verbs.put("append", () -> append(store, "after"));
      verbs.put("find", () -> store.runs().find(run));
      verbs.put("scan", () -> store.runs().current(RunScan.all()));
      verbs.put("points", () -> store.runs().points(run, Optional.empty()));
      verbs.put("experiments", () -> store.experiments().current());
      verbs.put("change experiments", () -> store.experiments().change(state -> Decision.keep("")));
      verbs.put("registry", () -> store.registry().history());
      verbs.put("change registry", () -> store.registry().change(state -> Decision.keep("")));
      verbs.put("alerts", () -> store.alerts().all());
      verbs.put(
          "alert", () -> store.alerts().append(new Alert(3, "test", "s", "m", Optional.empty())));
      verbs.put("stats", () -> store.care().tables());
      verbs.put("count", () -> store.care().runs());
      verbs.put("upgrade", () -> store.care().upgrade(false));
      verbs.forEach(
          (verb, call) ->
              assertThatThrownBy(call)
                  .as(verb)
                  .isInstanceOf(StoreException.class)
                  .hasMessageContaining("runlake.format=2")
                  .hasMessageContaining("Use a version of Runlake that knows the format"));
      assertThat(versions()).isEqualTo(upgraded);
      assertThat(Doctor.check(store))
          .allMatch(finding -> finding.invariant().equals("table.format"))
          .hasSize(TABLES.size());
    }
  }

  private void append(Store store, String name) {
    RunRow row =
        RunRow.of(RunId.newId(Instant.now()), experiment)
            .withName(io.runlake.store.Stamp.of(1, name));
    try {
      store.runs().append(new RunBatch(List.of(), List.of(row))).join();
    } catch (CompletionException e) {
      throw (StoreException) e.getCause();
    }
  }

  /** Any ALTER is a conflict for a writer that holds an older version: it starts over. */
  @Test
  void anotherChangeOfATableStopsNoWriter() {
    try (Store store = Stores.open(uri(), StoreOptions.defaults())) {
      append(store, "before");
      snapshot("runs")
          .buildUpdateTableTransaction("somebody", Operation.MANUAL_UPDATE)
          .withTablePropertiesAdded(Map.of("somebodys", "note"))
          .build(engine())
          .commit(engine(), CloseableIterable.emptyIterable());
      append(store, "after");
      assertThat(store.runs().current(RunScan.all()))
          .extracting(row -> row.name().flatMap(io.runlake.store.Stamp::value).orElse(""))
          .contains("before", "after");
    }
  }
}
