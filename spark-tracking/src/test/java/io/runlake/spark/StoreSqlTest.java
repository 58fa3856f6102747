package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.registry.RegisterOptions;
import io.runlake.sql.Engine;
import io.runlake.sql.StoreView;
import io.runlake.sql.StoreViews;
import io.runlake.store.Histories;
import io.runlake.store.Histories.Delivered;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import io.trino.sql.parser.SqlParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The statements that readers without this jar run, and what they see by them. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreSqlTest {
  private static final Set<String> TABLES = Set.of("experiments", "runs", "metrics", "registry");
  private static final int RUNS = 60;

  private final SparkSession spark = TestSpark.session().newSession();
  private String root;

  @BeforeAll
  void fill(@TempDir Path dir) throws IOException {
    Path store = dir.resolve("it's a store");
    root = store.toString();
    Path model = Files.createDirectories(dir.resolve("model"));
    Files.writeString(model.resolve("MLmodel"), "flavors: {}\n");
    try (Runlake runlake = Runlake.open("delta:" + root)) {
      try (ActiveRun run = runlake.startRun("one")) {
        run.logMetric("loss", 1.0, 0, Instant.ofEpochMilli(5));
        run.logMetric("loss", Double.NaN, 1, Instant.ofEpochMilli(6));
        run.endRun();
      }
      var gone = runlake.experiment("gone");
      runlake.setExperimentTag(gone.id(), "k", "v");
      runlake.deleteExperiment(gone.id());
      for (int i = 0; i < 3; i++) {
        runlake
            .registry()
            .register("m", model.toString(), Optional.empty(), RegisterOptions.because("w"));
      }
      runlake.registry().setAlias("m", "champion", 2, "better");
      runlake.registry().setAlias("m", "beta", 2, "");
      runlake.registry().deleteVersion("m", 1, "old");
      Histories histories = new Histories(3);
      List<RunRow> settled = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        RunId id = RunId.newId(Instant.ofEpochMilli(1_760_000_000_000L + i * 100_000_000L));
        Delivered told =
            histories.delivered(
                histories.history(id), rows -> rows.stream().reduce(RunRow::merge).orElseThrow());
        told.settled().ifPresent(settled::add);
        runlake.store().runs().append(new RunBatch(List.of(), told.changes())).join();
      }
      RunFrames.of(spark, settled, 1).write().format("delta").mode("append").save(root + "/runs");
    }
    RunlakeViews.register(spark, "delta:" + root);
  }

  @Test
  void aPlainSessionOfSparkSeesWhatTheViewsShow() {
    SparkSession plain = TestSpark.session().newSession();
    plain.sql("CREATE DATABASE plain");
    try {
      plain.sql("USE plain");
      for (String statement : statements(StoreViews.script(Engine.SPARK, root, TABLES))) {
        plain.sql(statement);
      }
      for (StoreView view : views(Engine.SPARK)) {
        List<String> theirs = sorted(plain.table(view.name()).collectAsList());
        assertThat(theirs).as(view.name()).isNotEmpty();
        assertThat(theirs).isEqualTo(sorted(spark.table(view.name()).collectAsList()));
      }
    } finally {
      plain.sql("DROP DATABASE plain CASCADE");
    }
  }

  private static List<StoreView> views(Engine engine) {
    return StoreViews.of(engine, table -> table);
  }

  private static List<String> sorted(List<Row> rows) {
    return rows.stream().map(row -> text(Arrays.asList(values(row)))).sorted().toList();
  }

  private static Object[] values(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      Object value = row.get(i);
      values[i] =
          value instanceof Row struct
              ? Arrays.asList(values(struct))
              : value instanceof scala.collection.Map
                  ? javaMap(row.getJavaMap(i))
                  : value instanceof scala.collection.Seq ? row.getList(i) : value;
    }
    return values;
  }

  private static Map<Object, Object> javaMap(Map<Object, Object> map) {
    Map<Object, Object> copy = new HashMap<>();
    map.forEach(
        (key, value) ->
            copy.put(key, value instanceof Row row ? Arrays.asList(values(row)) : value));
    return copy;
  }

  /** One form for what two engines give: sorted maps, instants, -0.0 as it is. */
  private static String text(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, String> sorted = new TreeMap<>();
      map.forEach((key, held) -> sorted.put(String.valueOf(key), text(held)));
      return sorted.toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(StoreSqlTest::text).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof java.sql.Timestamp timestamp) {
      return timestamp.toInstant().toString();
    }
    return value instanceof OffsetDateTime time
        ? time.toInstant().toString()
        : String.valueOf(value);
  }

  private static List<String> statements(String script) {
    String code =
        script.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
    return Arrays.stream(code.split(";(\n|$)"))
        .map(String::strip)
        .filter(it -> !it.isEmpty())
        .toList();
  }

  /** Its delta extension would have to be downloaded, so it gets the table's live files instead. */
  @Test
  void duckDbSeesTheSameRows() throws SQLException {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      for (StoreView view : StoreViews.of(Engine.DUCKDB, this::parquet)) {
        statement.execute("CREATE OR REPLACE VIEW " + view.name() + " AS " + view.select());
        List<String> theirs = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT * FROM " + view.name())) {
          List<String> names = new ArrayList<>();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            names.add(rows.getMetaData().getColumnName(i));
          }
          assertThat(names).as(view.name()).containsExactly(spark.table(view.name()).columns());
          while (rows.next()) {
            List<Object> row = new ArrayList<>();
            for (int i = 1; i <= names.size(); i++) {
              row.add(duckValue(rows.getObject(i)));
            }
            theirs.add(text(row));
          }
        }
        theirs.sort(null);
        List<String> ours = sorted(spark.table(view.name()).collectAsList());
        assertThat(ours).as(view.name()).isNotEmpty();
        assertThat(theirs).as(view.name()).isEqualTo(ours);
      }
    }
  }

  private static Object duckValue(Object value) throws SQLException {
    if (value instanceof java.sql.Struct struct) {
      List<Object> fields = new ArrayList<>();
      for (Object field : struct.getAttributes()) {
        fields.add(duckValue(field));
      }
      return fields;
    }
    if (value instanceof java.sql.Array array) {
      return Arrays.asList((Object[]) array.getArray());
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new HashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        copy.put(entry.getKey(), duckValue(entry.getValue()));
      }
      return copy;
    }
    return value;
  }

  private String parquet(String table) {
    String[] files = spark.read().format("delta").load(root + "/" + table).inputFiles();
    return Arrays.stream(files)
        .map(file -> "'" + file.replaceFirst("^file:", "").replace("'", "''") + "'")
        .collect(Collectors.joining(", ", "read_parquet([", "])"));
  }

  @Test
  void trinoParsesItsStatements() {
    SqlParser parser = new SqlParser();
    List<String> statements = statements(StoreViews.script(Engine.TRINO, root, TABLES));
    assertThat(statements).hasSize(1 + TABLES.size() + views(Engine.TRINO).size());
    for (String statement : statements) {
      assertThat(parser.createStatement(statement)).isNotNull();
    }
  }

  @Test
  void whatHasNoTableYetIsSaidAndLeftOut() {
    for (Engine engine : Engine.values()) {
      String script = StoreViews.script(engine, "s3a://b/a\nb", Set.of("runs"));
      assertThat(script).contains("-- runlake_aliases: the store has no table registry yet");
      assertThat(script.lines().filter(line -> line.contains("CREATE OR REPLACE VIEW"))).hasSize(3);
      assertThat(script.lines().findFirst())
          .hasValueSatisfying(it -> assertThat(it).contains("a b"));
    }
    assertThat(StoreViews.scan(Engine.DUCKDB, "s3a://b/it's", "runs"))
        .isEqualTo("delta_scan('s3://b/it''s/runs')");
    assertThat(StoreViews.scan(Engine.DUCKDB, "file:/a", "runs"))
        .isEqualTo("delta_scan('/a/runs')");
    assertThat(StoreViews.scan(Engine.SPARK, "/a`b", "runs")).isEqualTo("delta.`/a``b/runs`");
  }

  @Test
  void allEnginesHaveTheSameViews() {
    Set<List<String>> names = new HashSet<>();
    for (Engine engine : Engine.values()) {
      names.add(views(engine).stream().map(StoreView::name).toList());
    }
    assertThat(names).hasSize(1);
    assertThat(new TreeSet<>(views(Engine.SPARK).stream().map(StoreView::table).toList()))
        .isEqualTo(new TreeSet<>(TABLES));
  }
}
