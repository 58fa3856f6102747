package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.sql.StoreViews;
import io.runlake.store.Histories;
import io.runlake.store.Histories.Delivered;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.ViewType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand histories of changes, each delivered in three ways: whatever came late, twice or in
 * another order, whoever edited with whichever clock, and whenever it was settled, the fold in
 * Java, the one in Spark and the store in memory make the same state of it.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MergeHistoriesTest {
  private static final int HISTORIES = Integer.getInteger("runlake.test.histories", 1000);
  private static final int WAYS = 3;
  private static final long SEED = Long.getLong("runlake.test.seed", 20261121L);

  private final SparkSession spark = TestSpark.session();

  /** What each run must be, by the id under which a way of its delivery is stored. */
  private final Map<RunId, RunRow> expected = new HashMap<>();

  private final Map<RunId, Delivered> delivered = new HashMap<>();
  private String root;
  private Store store;

  @BeforeAll
  void deliver(@TempDir Path dir) {
    Histories histories = new Histories(SEED);
    store = Stores.open("delta:" + dir.resolve("store"), StoreOptions.defaults());
    root = store.root();
    List<RunRow> changes = new ArrayList<>();
    List<RunRow> settled = new ArrayList<>();
    for (int i = 0; i < HISTORIES; i++) {
      List<RunRow> rows = histories.history(id(i, WAYS));
      RunRow state = inMemory(rows);
      for (int way = 0; way < WAYS; way++) {
        RunId id = id(i, way);
        Delivered told =
            histories.delivered(
                rows.stream().map(row -> Histories.of(row, id)).toList(), MergeHistoriesTest::fold);
        delivered.put(id, told);
        expected.put(id, Histories.of(state, id));
        told.settled().ifPresent(settled::add);
        changes.addAll(told.changes());
      }
    }
    store.runs().append(new RunBatch(List.of(), changes)).join();
    RunFrames.of(spark, settled, 1).write().format("delta").mode("append").save(root + "/runs");
    assertThat(expected).hasSize(HISTORIES * WAYS);
    assertThat(settled.size()).isBetween(HISTORIES, HISTORIES * WAYS - 1);
    store.close();
    store = Stores.open("delta:" + root, StoreOptions.defaults());
  }

  private static RunId id(int history, int way) {
    return new RunId("01%010x700%d80%014x".formatted(history * 7_000_000L, way, history));
  }

  private static RunRow fold(List<RunRow> rows) {
    return rows.stream().reduce(RunRow::merge).orElseThrow();
  }

  /** What the store in memory holds after the rows in the order of their commits. */
  private static RunRow inMemory(List<RunRow> rows) {
    try (Store memory = Stores.open("memory:histories", StoreOptions.defaults())) {
      rows.forEach(row -> memory.runs().append(RunBatch.of(row)).join());
      return memory.runs().find(rows.get(0).runId()).orElseThrow();
    }
  }

  /** The runs of which a reader makes something else than must be. */
  private List<RunId> wrong(Map<RunId, RunRow> states) {
    assertThat(states).hasSameSizeAs(expected);
    return expected.keySet().stream()
        .filter(id -> !expected.get(id).equals(states.get(id)))
        .sorted((a, b) -> a.value().compareTo(b.value()))
        .toList();
  }

  private Map<RunId, RunRow> foldedBy(Function<List<RunRow>, RunRow> fold) {
    Map<RunId, RunRow> states = new HashMap<>();
    delivered.forEach((id, told) -> states.put(id, fold.apply(told.rows())));
    return states;
  }

  @Test
  void javaReadsTheSameStates() {
    Map<RunId, RunRow> states = new HashMap<>();
    store.runs().scan(RunScan.all(), row -> states.put(row.runId(), row));
    assertThat(wrong(states)).isEmpty();
    for (int i = 0; i < HISTORIES; i += 250) {
      assertThat(store.runs().find(id(i, 1))).contains(expected.get(id(i, 1)));
    }
  }

  @Test
  void sparkReadsTheSameStates() {
    Dataset<Row> current = spark.sql(StoreViews.currentRuns("delta.`" + root + "/runs`"));
    List<Row> rows = RunRows.columns(current, EnumSet.allOf(RunScan.Part.class)).collectAsList();
    assertThat(rows).hasSameSizeAs(expected.keySet());
    Map<RunId, RunRow> states = new HashMap<>();
    rows.forEach(row -> states.put(new RunId(row.getString(0)), RunRows.of(row)));
    assertThat(wrong(states)).isEmpty();
  }

  @Test
  void theViewAndTheSqlOfTheFormatShowTheSameAsTracking() throws IOException {
    RunlakeViews.register(spark, "delta:" + root);
    Map<String, Row> view = byId(spark.table("runlake_runs"));
    Map<String, Row> format = byId(spark.sql(sqlOfTheFormat()));
    assertThat(view).hasSameSizeAs(expected.keySet());
    assertThat(format.keySet()).isEqualTo(view.keySet());
    Map<String, String> columns = new TreeMap<>();
    for (String column : view.values().iterator().next().schema().fieldNames()) {
      if (!column.equals("delete_time")) {
        columns.put(column, column.equals("created_by") ? "user" : column);
      }
    }
    assertThat(columns).hasSize(15);
    Map<String, Run> runs = new HashMap<>();
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      runlake
          .searchRuns(RunQuery.all().withView(ViewType.ALL).withMaxResults(50_000))
          .runs()
          .forEach(run -> runs.put(run.id().value(), run));
    }
    view.forEach(
        (id, row) -> {
          columns.forEach(
              (ours, theirs) ->
                  assertThat(value(row, ours))
                      .as(id + " " + ours)
                      .isEqualTo(value(format.get(id), theirs)));
          Run run = runs.get(id);
          assertThat(map(row, "params")).isEqualTo(run.params());
          assertThat(map(row, "tags")).isEqualTo(run.tags());
          assertThat(row.<String>getAs("status")).isEqualTo(run.status().name());
          assertThat(Optional.ofNullable(row.<String>getAs("status_message")))
              .isEqualTo(run.info().statusMessage());
        });
  }

  private static Map<String, Row> byId(Dataset<Row> runs) {
    Map<String, Row> rows = new HashMap<>();
    for (Row row : runs.collectAsList()) {
      assertThat(rows.put(row.getAs("run_id"), row)).as("a second row of a run").isNull();
    }
    return rows;
  }

  /** Maps as Java's: NaN is not equal to itself in Scala's. */
  private static Object value(Row row, String column) {
    return List.of("params", "tags", "metrics", "inputs").contains(column)
        ? map(row, column)
        : row.getAs(column);
  }

  private static Map<Object, Object> map(Row row, String column) {
    return row.getJavaMap(row.fieldIndex(column));
  }

  private String sqlOfTheFormat() throws IOException {
    String page = Files.readString(TestSpark.projectRoot().resolve("docs/format.md"));
    int begin = page.indexOf("-- runs, current state");
    String sql = page.substring(begin, page.indexOf(";\n```", begin));
    return sql.replace("<root>", root);
  }

  /** The check is one that a fold can fail: the last row that says something wins, per column. */
  @Test
  void lastWriteWinsFailsTheSameCheck() {
    List<RunId> wrong = wrong(foldedBy(MergeHistoriesTest::lastWriteWins));
    assertThat(wrong.size()).isGreaterThan(HISTORIES / 10);
  }

  @Test
  void theLastRowOfALogIsNotTheLastWrite() {
    assertThat(wrong(foldedBy(MergeHistoriesTest::fold))).isEmpty();
    UnaryOperator<List<RunRow>> backwards =
        rows -> {
          List<RunRow> reversed = new ArrayList<>(rows);
          java.util.Collections.reverse(reversed);
          return reversed;
        };
    assertThat(wrong(foldedBy(rows -> fold(backwards.apply(rows))))).isEmpty();
  }

  private static RunRow lastWriteWins(List<RunRow> rows) {
    RunRow state = rows.get(0);
    for (RunRow row : rows.subList(1, rows.size())) {
      state =
          new RunRow(
              row.runId(),
              row.experimentId(),
              row.origin().or(state::origin),
              row.status().or(state::status),
              row.name().or(state::name),
              row.lifecycle().or(state::lifecycle),
              row.leaseUntil().or(state::leaseUntil),
              last(state.params(), row.params()),
              last(state.tags(), row.tags()),
              last(state.metrics(), row.metrics()),
              last(state.inputs(), row.inputs()));
    }
    return state;
  }

  private static <V> Map<String, V> last(Map<String, V> before, Map<String, V> after) {
    Map<String, V> all = new HashMap<>(before);
    all.putAll(after);
    return all;
  }
}
