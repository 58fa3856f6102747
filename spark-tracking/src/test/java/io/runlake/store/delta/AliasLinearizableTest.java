package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.registry.ModelRegistry;
import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisterOptions;
import io.runlake.registry.Stage;
import io.runlake.store.RegistryRow;
import io.runlake.store.RegistryRow.Entry;
import io.runlake.store.RegistryRow.Kind;
import io.runlake.store.delta.Linearizable.Call;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What clients see of an alias, and of stages, while others change them. */
@Tag("slow")
@Timeout(300)
class AliasLinearizableTest {
  private static final int CLIENTS = 8;

  /** Each has a writer of its own, as each process has. */
  private static final int STORES = 4;

  private static final int CALLS = 50;
  private static final int VERSIONS = 3;
  private static final List<String> ALIASES = List.of("champion", "challenger");

  @TempDir Path folder;
  private final List<DeltaStore> stores = new ArrayList<>();
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);

  private record Seen(String alias, Call call) {}

  @BeforeEach
  void register() throws Exception {
    for (int i = 0; i < STORES; i++) {
      stores.add(
          new DeltaStore(
              DeltaRoot.alone(
                  root(),
                  new LocalFileIO(Map.of("parquet.compression", "SNAPPY")),
                  Retry.defaults())));
    }
    String model = CommitScript.model(folder).toString();
    for (int i = 0; i < VERSIONS; i++) {
      registry(0).register("churn", model, RegisterOptions.none());
    }
  }

  @AfterEach
  void close() {
    clients.shutdownNow();
    stores.forEach(DeltaStore::close);
  }

  private String root() {
    return "file:" + folder.resolve("root");
  }

  private ModelRegistry registry(int client) {
    return ModelRegistry.over(stores.get(client % STORES), "client " + client);
  }

  private <T> List<T> together(List<Callable<List<T>>> work) throws Exception {
    List<T> all = new ArrayList<>();
    for (Future<List<T>> one : clients.invokeAll(work)) {
      all.addAll(one.get());
    }
    return all;
  }

  @Test
  void whatClientsSeeOfAnAliasHasAnOrder() throws Exception {
    long seed = System.nanoTime();
    List<Callable<List<Seen>>> work = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      ModelRegistry registry = registry(client);
      Random random = new Random(seed + client);
      work.add(() -> calls(registry, random));
    }
    List<Seen> seen = together(work);
    System.out.println(
        "AliasLinearizable: seed "
            + seed
            + ", "
            + seen.size()
            + " calls, "
            + stores.get(0).registry().history().size()
            + " rows");
    assertThat(seen).hasSize(CLIENTS * CALLS);
    for (String alias : ALIASES) {
      List<Call> calls =
          seen.stream().filter(one -> one.alias().equals(alias)).map(Seen::call).toList();
      assertThat(calls).hasSizeGreaterThan(CALLS);
      assertThat(Linearizable.accepts(calls)).as("%s, seed %s", alias, seed).isTrue();
    }
  }

  private static List<Seen> calls(ModelRegistry registry, Random random) {
    List<Seen> seen = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      String alias = ALIASES.get(random.nextInt(ALIASES.size()));
      int what = random.nextInt(10);
      int value = Linearizable.NOTHING;
      long start = System.nanoTime();
      if (what < 5) {
        value = registry.aliased("churn", alias).map(ModelVersion::version).orElse(value);
      } else if (what < 8) {
        value = 1 + random.nextInt(VERSIONS);
        registry.setAlias("churn", alias, value, "");
      } else {
        registry.deleteAlias("churn", alias, "");
      }
      seen.add(new Seen(alias, new Call(what < 5, value, start, System.nanoTime())));
    }
    return seen;
  }

  /** The judge must refuse what no order explains, or the test above shows nothing. */
  @Test
  void theJudgeRefusesALostUpdateAndAStaleRead() {
    Call setOne = new Call(false, 1, 0, 10);
    Call setTwo = new Call(false, 2, 20, 30);
    assertThat(Linearizable.accepts(List.of(setOne, setTwo, new Call(true, 2, 40, 50)))).isTrue();
    assertThat(Linearizable.accepts(List.of(setOne, setTwo, new Call(true, 1, 40, 50)))).isFalse();
    assertThat(Linearizable.accepts(List.of(setOne, setTwo, new Call(true, 1, 25, 50)))).isTrue();
    assertThat(Linearizable.accepts(List.of(setOne, new Call(true, 0, 11, 12)))).isFalse();
    assertThat(
            Linearizable.accepts(
                List.of(setOne, setTwo, new Call(true, 2, 21, 22), new Call(true, 1, 23, 24))))
        .as("two reads that go back in time")
        .isFalse();
  }

  @Test
  void whoeverArchivesLeavesOneVersionInProduction() throws Exception {
    List<Callable<List<Integer>>> work = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      ModelRegistry registry = registry(client);
      int version = 1 + client % VERSIONS;
      work.add(
          () -> {
            for (int i = 0; i < 5; i++) {
              registry.transition("churn", version, Stage.PRODUCTION, true, "");
            }
            return List.of(version);
          });
    }
    together(work);
    assertThat(mostInProduction()).isEqualTo(1);
    registry(0).transition("churn", 1, Stage.PRODUCTION, false, "");
    registry(0).transition("churn", 2, Stage.PRODUCTION, false, "");
    assertThat(mostInProduction()).as("without archiving there are several").isGreaterThan(1);
  }

  /** The greatest number of versions that any state of the table ever had in Production. */
  private int mostInProduction() {
    Map<Entry, String> stages = new HashMap<>();
    int most = 0;
    List<RegistryRow> history = stores.get(0).registry().history();
    for (int i = 0; i < history.size(); i++) {
      RegistryRow row = history.get(i);
      if (row.entry().kind() == Kind.VERSION) {
        stages.put(row.entry(), row.stage().orElse(""));
      }
      if (i + 1 == history.size() || history.get(i + 1).revision() != row.revision()) {
        most = Math.max(most, (int) stages.values().stream().filter("Production"::equals).count());
      }
    }
    return most;
  }
}
