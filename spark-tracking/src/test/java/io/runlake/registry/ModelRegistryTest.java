package io.runlake.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.flavor.ModelManifest;
import io.runlake.search.Page;
import io.runlake.search.SearchQuery;
import io.runlake.store.ExperimentId;
import io.runlake.store.MemoryStore;
import io.runlake.store.RegistryRow;
import io.runlake.store.RegistryRow.Kind;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRegistryTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;
  private Store store;
  private ModelRegistry registry;
  private String source;

  /** Each reading is a second later than the one before. */
  private static final class SecondByCall extends Clock {
    private final AtomicLong seconds = new AtomicLong();

    @Override
    public Instant instant() {
      return START.plus(Duration.ofSeconds(seconds.incrementAndGet()));
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  /** An empty store. */
  Store newStore(Path root) {
    return new MemoryStore("registry");
  }

  /** How often each of two models is registered at once. */
  int registrations() {
    return 100;
  }

  @BeforeEach
  void makeModel() throws IOException {
    store = newStore(folder.resolve("root"));
    registry = ModelRegistry.over(store, "ada", new SecondByCall());
    source = model("model");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private String model(String name) throws IOException {
    Path model = Files.createDirectories(folder.resolve(name));
    Files.writeString(model.resolve("MLmodel"), "artifact_path: " + name + "\n");
    Files.writeString(model.resolve("weights.bin"), "weights of " + name);
    return model.toString();
  }

  private ModelVersion register(String name) {
    return registry.register(name, source, Optional.empty(), RegisterOptions.none());
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable call, String... parts) {
    TrackingException refused = catchThrowableOfType(TrackingException.class, call);
    assertThat(refused).as("the call was to be refused").isNotNull();
    for (String part : parts) {
      assertThat(refused).hasMessageContaining(part);
    }
    assertThat(refused.errorCode()).isEqualTo(code);
  }

  /** What format.md promises of every state of the registry. */
  private void assertInvariants() {
    List<RegistryRow> rows = store.registry().current();
    for (RegistryRow model : rows) {
      if (model.entry().kind() == Kind.MODEL) {
        List<Integer> numbers =
            rows.stream()
                .filter(row -> row.entry().kind() == Kind.VERSION)
                .filter(row -> row.entry().name().equals(model.entry().name()))
                .map(row -> row.entry().version())
                .sorted()
                .toList();
        for (int i = 0; i < numbers.size(); i++) {
          assertThat(numbers.get(i)).isEqualTo(i + 1);
        }
        model
            .aliases()
            .forEach(
                (alias, version) ->
                    assertThat(registry.version(model.entry().name(), version)).isPresent());
      }
    }
  }

  @Test
  void registeringMakesTheModelAndTheNextVersion() {
    RunId run = new RunId("run1");
    ModelVersion first =
        registry.register(
            "m",
            source,
            Optional.of(run),
            RegisterOptions.because("first try").withTag("k", "v").withDescription("d"));
    ModelVersion second = register("m");
    assertThat(first.version()).isEqualTo(1);
    assertThat(second.version()).isEqualTo(2);
    assertThat(first.uri()).isEqualTo("models:/m/1");
    assertThat(first.source()).isEqualTo(source);
    assertThat(first.runId()).contains(run);
    assertThat(first.digest()).isEqualTo(ModelManifest.digest(source)).hasSize(64);
    assertThat(first.tags()).isEqualTo(Map.of("k", "v"));
    assertThat(first.description()).contains("d");
    assertThat(first.stage()).isEqualTo(Stage.NONE);
    assertThat(first.lastChange().who()).isEqualTo("ada");
    assertThat(first.lastChange().why()).isEqualTo("first try");
    assertThat(registry.models()).extracting(RegisteredModel::name).containsExactly("m");
    assertThat(registry.versions("m")).extracting(ModelVersion::version).containsExactly(2, 1);
    assertThat(registry.version("m", 1)).contains(first);
    assertThat(registry.version("m", 3)).isEmpty();
    assertThat(registry.version("none", 1)).isEmpty();
    assertThat(store.registry().history()).hasSize(3);
  }

  @Test
  void onlyModelsAreRegistered() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST,
        () -> registry.register("m", empty.toString(), Optional.empty(), RegisterOptions.none()),
        "MLmodel");
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST,
        () ->
            registry.register(
                "m", folder.resolve("none").toString(), Optional.empty(), RegisterOptions.none()),
        "none");
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () -> registry.register("m", "http://x/y", Optional.empty(), RegisterOptions.none()));
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST,
        () -> registry.register("m", "runs:/none/model", Optional.empty(), RegisterOptions.none()),
        "Run with id=none not found");
    assertThat(store.registry().history()).as("nothing was written").isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a/b", "a\\b", "a%b", "a@b", ".."})
  void illegalNamesAreRefused(String name) {
    assertRefused(ErrorCode.INVALID_PARAMETER_VALUE, () -> register(name));
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () -> registry.createModel(name, RegisterOptions.none()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "latest", "LATEST", "v1", "V22", "a b", "a/b", "a.b", "a@b"})
  void illegalAliasesAreRefused(String alias) {
    register("m");
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE, () -> registry.setAlias("m", alias, 1, ""), "alias");
    assertThat(registry.find("m").orElseThrow().aliases()).isEmpty();
  }

  @Test
  void aliasesPointAtVersionsThatAreThere() {
    register("m");
    register("m");
    registry.setAlias("m", "champion", 1, "best so far");
    registry.setAlias("m", "größte_1-x", 1, "");
    registry.setAlias("m", "champion", 2, "better");
    assertThat(registry.aliased("m", "champion").orElseThrow().version()).isEqualTo(2);
    assertThat(registry.version("m", 2).orElseThrow().aliases()).containsExactly("champion");
    long changes = store.registry().history().size();
    registry.setAlias("m", "champion", 2, "again");
    registry.deleteAlias("m", "nobody", "");
    assertThat(store.registry().history()).as("nothing changed").hasSize((int) changes);
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST,
        () -> registry.setAlias("m", "champion", 3, ""),
        "Model Version (name=m, version=3) not found",
        "[2, 1]");
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST,
        () -> registry.setAlias("n", "champion", 1, ""),
        "Registered Model with name=n not found");
    registry.deleteVersion("m", 2, "broken");
    assertThat(registry.aliased("m", "champion")).isEmpty();
    assertThat(registry.aliased("m", "größte_1-x")).isPresent();
    registry.deleteAlias("m", "größte_1-x", "");
    assertThat(registry.find("m").orElseThrow().aliases()).isEmpty();
    assertThat(registry.aliased("none", "champion")).isEmpty();
    assertInvariants();
  }

  @Test
  void numbersAreNeverGivenOutAgain() {
    register("m");
    register("m");
    registry.deleteVersion("m", 2, "");
    assertThat(registry.version("m", 2)).isEmpty();
    assertThat(register("m").version()).isEqualTo(3);
    registry.deleteModel("m", "retired");
    assertThat(registry.find("m")).isEmpty();
    assertThat(registry.models()).isEmpty();
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST, () -> registry.versions("m"), "name=m not found");
    assertThat(registry.version("m", 1)).isEmpty();
    ModelVersion again = register("m");
    assertThat(again.version()).isEqualTo(4);
    assertThat(registry.versions("m")).extracting(ModelVersion::version).containsExactly(4);
    assertRefused(ErrorCode.RESOURCE_DOES_NOT_EXIST, () -> registry.deleteVersion("m", 1, ""));
    assertInvariants();
  }

  @Test
  void eightThreadsRegisterDenseNumbers() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Integer>> numbers = new ArrayList<>();
    for (int i = 0; i < 2 * registrations(); i++) {
      String name = "m" + i % 2;
      numbers.add(threads.submit(() -> register(name).version()));
    }
    for (Future<Integer> number : numbers) {
      number.get();
    }
    threads.shutdown();
    for (String name : List.of("m0", "m1")) {
      assertThat(registry.versions(name)).hasSize(registrations());
      assertThat(registry.versions(name).get(0).version()).isEqualTo(registrations());
    }
    assertInvariants();
  }

  @Test
  void stagesMoveAndArchive() {
    register("m");
    register("m");
    register("m");
    registry.transition("m", 1, Stage.PRODUCTION, false, "");
    registry.transition("m", 2, Stage.PRODUCTION, true, "");
    assertThat(registry.version("m", 1).orElseThrow().stage()).isEqualTo(Stage.ARCHIVED);
    assertThat(registry.latestVersions("m"))
        .extracting(ModelVersion::version)
        .containsExactly(3, 2, 1);
    assertThat(registry.resolve("models:/m/production").version()).contains(2);
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST, () -> registry.resolve("models:/m/Staging"), "Staging");
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () -> registry.transition("m", 1, Stage.ARCHIVED, true, ""),
        "Archived");
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () -> Stage.of("Foo"),
        "Invalid Model Version stage: Foo. Value must be one of None, Staging, Production, Archived.");
  }

  @Test
  void tagsAndDescriptionsChange() {
    register("m");
    registry.setModelTag("m", "a", "1", "");
    registry.setVersionTag("m", 1, "b", "2", "");
    registry.setVersionTag("m", 1, "db.password", "hunter2", "token=hunter2");
    registry.describeModel("m", "a model", "");
    registry.describeVersion("m", 1, "from https://u:hunter2@host", "");
    assertThat(registry.find("m").orElseThrow().tags()).isEqualTo(Map.of("a", "1"));
    assertThat(registry.find("m").orElseThrow().description()).contains("a model");
    assertThat(registry.version("m", 1).orElseThrow().tags()).containsEntry("b", "2");
    assertThat(store.registry().history().toString()).doesNotContain("hunter2");
    registry.deleteModelTag("m", "a", "");
    registry.deleteVersionTag("m", 1, "b", "");
    assertThat(registry.find("m").orElseThrow().tags()).isEmpty();
    assertThat(registry.version("m", 1).orElseThrow().tags()).containsOnlyKeys("db.password");
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE, () -> registry.setModelTag("m", "a//b", "1", ""));
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () -> registry.setVersionTag("m", 1, "a", "x".repeat(100_001), ""),
        "100000");
  }

  @Test
  void renamingMovesAllAndKeepsNumbers() {
    register("m");
    register("m");
    registry.setAlias("m", "champion", 2, "");
    registry.deleteVersion("m", 1, "");
    RegisteredModel renamed = registry.rename("m", "n", "clearer");
    assertThat(renamed.name()).isEqualTo("n");
    assertThat(renamed.aliases()).isEqualTo(Map.of("champion", 2));
    assertThat(registry.versions("n")).extracting(ModelVersion::version).containsExactly(2);
    assertThat(registry.resolve("models:/n@champion").path()).isEqualTo(source);
    assertThat(registry.find("m")).isEmpty();
    assertThat(register("n").version()).isEqualTo(3);
    assertThat(register("m").version()).isEqualTo(3);
    registry.deleteModel("m", "");
    assertRefused(
        ErrorCode.RESOURCE_ALREADY_EXISTS, () -> registry.rename("n", "m", ""), "numbers");
    registry.createModel("o", RegisterOptions.none());
    assertRefused(ErrorCode.RESOURCE_ALREADY_EXISTS, () -> registry.rename("n", "o", ""), "name=o");
    assertRefused(
        ErrorCode.RESOURCE_ALREADY_EXISTS,
        () -> registry.createModel("o", RegisterOptions.none()),
        "Registered Model (name=o) already exists.");
    assertInvariants();
  }

  @Test
  void historyTellsWhoWhenWhyAndWhat() {
    register("m");
    registry.setAlias("m", "champion", 1, "best");
    register("m");
    registry.setAlias("m", "champion", 2, "better");
    registry.setVersionTag("m", 2, "k", "v", "");
    registry.transition("m", 2, Stage.STAGING, false, "");
    registry.deleteModel("m", "gone");
    List<RegistryChange> history = registry.history("m");
    assertThat(history)
        .extracting(change -> change.version() + " " + change.what())
        .containsExactly(
            "2 deleted",
            "1 deleted",
            "0 deleted",
            "2 stage: None -> Staging",
            "2 tag k: none -> v",
            "0 alias champion: 1 -> 2",
            "2 registered from " + source,
            "0 alias champion: none -> 1",
            "1 registered from " + source,
            "0 created");
    assertThat(history.get(5).change().who()).isEqualTo("ada");
    assertThat(history.get(5).change().why()).isEqualTo("better");
    assertThat(history.get(5).change().at()).isAfter(START);
    assertRefused(ErrorCode.RESOURCE_DOES_NOT_EXIST, () -> registry.history("none"));
  }

  @Test
  void modelUrisMeanFolders() throws IOException {
    RunId run = RunId.newId(START);
    store
        .runs()
        .append(
            RunBatch.of(
                RunRow.of(run, new ExperimentId("1"))
                    .withOrigin(new RunOrigin("ada", "test", START, folder.toString()))))
        .join();
    ModelVersion version =
        registry.register("m", "runs:/" + run + "/model", Optional.empty(), RegisterOptions.none());
    assertThat(version.source()).isEqualTo(source);
    assertThat(version.runId()).contains(run);
    registry.setAlias("m", "champion", 1, "");
    ResolvedModel wanted =
        new ResolvedModel(
            source,
            Optional.of("m"),
            Optional.of(1),
            Optional.of(run),
            Optional.of(version.digest()));
    assertThat(registry.resolve("models:/m/1")).isEqualTo(wanted);
    assertThat(registry.resolve("models:/m@champion")).isEqualTo(wanted);
    assertThat(registry.resolve("models:/m/latest")).isEqualTo(wanted);
    assertThat(registry.resolve("models:/m/None")).isEqualTo(wanted);
    assertThat(registry.resolve("runs:/" + run + "/model"))
        .isEqualTo(
            new ResolvedModel(
                source, Optional.empty(), Optional.empty(), Optional.of(run), Optional.empty()));
    assertThat(registry.resolve(source).path()).isEqualTo(source);

    ModelVersion copy =
        registry.register("copy", "models:/m@champion", Optional.empty(), RegisterOptions.none());
    assertThat(copy.model()).isEqualTo(version.model());
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () ->
            registry.register(
                "m", "models:/m/1", Optional.of(new RunId("other")), RegisterOptions.none()),
        "other");
    Files.writeString(folder.resolve("model/weights.bin"), "tampered");
    assertRefused(
        ErrorCode.DATA_LOSS,
        () -> registry.register("copy", "models:/m/1", Optional.empty(), RegisterOptions.none()),
        "changed");
  }

  @Test
  void whatCannotBeResolvedIsNamedWithTheNearest() {
    register("occupancy");
    registry.setAlias("occupancy", "champion", 1, "");
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST,
        () -> registry.resolve("models:/ocupancy/1"),
        "name=ocupancy not found",
        "did you mean 'occupancy'?");
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () -> registry.resolve("models:/occupancy@champoin"),
        "Registered model alias champoin not found",
        "did you mean 'champion'?");
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST,
        () -> registry.resolve("models:/occupancy/7"),
        "version=7",
        "[1]");
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE, () -> registry.resolve("models:/occupancy"), "alias");
    registry.createModel("bare", RegisterOptions.none());
    assertRefused(
        ErrorCode.RESOURCE_DOES_NOT_EXIST, () -> registry.resolve("models:/bare/latest"), "bare");
  }

  @Test
  void searchesSpeakMlflowsGrammar() throws IOException {
    for (String name : List.of("alpha", "beta", "gamma")) {
      source = model(name);
      register(name);
      register(name);
    }
    registry.setModelTag("beta", "team", "x", "");
    registry.setVersionTag("gamma", 1, "q", "y", "");
    assertThat(names(SearchQuery.all())).containsExactly("alpha", "beta", "gamma");
    assertThat(names(SearchQuery.where("name LIKE '%a%' AND tags.team = 'x'")))
        .containsExactly("beta");
    assertThat(names(SearchQuery.all().withOrderBy("last_updated_timestamp DESC")))
        .containsExactly("gamma", "beta", "alpha");
    assertThat(names(SearchQuery.all().withOrderBy("creation_timestamp DESC", "name")))
        .containsExactly("gamma", "beta", "alpha");
    assertThat(versions(SearchQuery.where("name = 'beta'"))).containsExactly("beta/2", "beta/1");
    assertThat(versions(SearchQuery.where("version_number > 1").withOrderBy("name DESC")))
        .containsExactly("gamma/2", "beta/2", "alpha/2");
    assertThat(versions(SearchQuery.where("tags.q = 'y'"))).containsExactly("gamma/1");
    assertThat(versions(SearchQuery.where("source_path LIKE '%/alpha'"))).hasSize(2);
    assertThat(versions(SearchQuery.where("run_id IN ('r')"))).isEmpty();
    registry.deleteVersion("beta", 2, "");
    assertThat(versions(SearchQuery.where("name = 'beta'"))).containsExactly("beta/1");
    Page<ModelVersion> page = registry.searchVersions(SearchQuery.all().withMaxResults(3));
    assertThat(page.items()).hasSize(3);
    Page<ModelVersion> rest =
        registry.searchVersions(
            SearchQuery.all().withMaxResults(3).withPageToken(page.nextPageToken().orElseThrow()));
    assertThat(rest.items()).hasSize(2);
    assertThat(rest.nextPageToken()).isEmpty();
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () -> registry.searchVersions(SearchQuery.where("stage = 'Production'")),
        "'stage' is no attribute",
        "position 1");
    assertRefused(
        ErrorCode.INVALID_PARAMETER_VALUE,
        () -> registry.searchModels(SearchQuery.all().withMaxResults(1001)),
        "1000");
  }

  private List<String> names(SearchQuery query) {
    return registry.searchModels(query).items().stream().map(RegisteredModel::name).toList();
  }

  private List<String> versions(SearchQuery query) {
    return registry.searchVersions(query).items().stream()
        .map(version -> version.name() + "/" + version.version())
        .toList();
  }
}
