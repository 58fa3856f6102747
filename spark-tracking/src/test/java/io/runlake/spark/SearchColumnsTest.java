package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.search.Condition;
import io.runlake.search.Condition.Comparison;
import io.runlake.search.Facts;
import io.runlake.search.Field;
import io.runlake.search.Field.Entity;
import io.runlake.search.Filter;
import io.runlake.search.Order;
import io.runlake.search.Order.Item;
import io.runlake.search.Page;
import io.runlake.search.Search;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunInput;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.RunSearchParts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** A search by Spark's columns finds, orders and cuts exactly as the one in memory does. */
@Tag("slow")
class SearchColumnsTest {
  private static final List<String> KEYS =
      List.of("a", "b", "a.b", "it's `odd` \"key\"", "größe", "\uD83D\uDE00", "%_\\");
  private static final List<String> WORDS =
      List.of(
          "",
          "a",
          "A",
          "ab",
          "b",
          "a%b",
          "a_b",
          "a\\b",
          "\\",
          "\\%",
          "5",
          "5.0",
          "ä",
          "Ä",
          "ß",
          "İ",
          "ı",
          "I",
          "i",
          "Σας",
          "ΣΑΣ",
          "ＡＢ",
          "\uD83D\uDE00",
          "\uD83D\uDE00b",
          "\uFFFD",
          "a\nb",
          "'; DROP TABLE runs; --",
          "FINISHED",
          "null",
          "x".repeat(300));
  private static final List<String> UNSTORABLE = List.of("\uD83D", "a\uDE00b", "?");
  private static final List<Double> DOUBLES =
      List.of(
          0.0,
          -0.0,
          1.0,
          -1.0,
          1.5,
          1e-300,
          Double.MIN_VALUE,
          Double.MAX_VALUE,
          -Double.MAX_VALUE,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          9007199254740993.0);
  private static final List<Long> MILLIS =
      List.of(-62_000_000_000_000L, -1L, 0L, 1L, 1_700_000_000_000L, 1_700_000_000_001L);
  private static final List<String> IDS = ids(40);

  private static List<String> ids(int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(i % 5 == 0 ? "foreign-" + i : RunId.newId(Instant.ofEpochMilli(i)).value());
    }
    return ids;
  }

  @Property(tries = 8, shrinking = ShrinkingMode.OFF)
  void theColumnOfAFilterHoldsForTheSameRuns(
      @ForAll("runs") List<RunRow> runs, @ForAll("filters") @Size(60) List<Filter> filters) {
    List<Column> columns = new ArrayList<>(List.of(functions.col("run_id")));
    for (Filter filter : filters) {
      columns.add(functions.coalesce(FilterColumns.of(filter), functions.lit(false)));
    }
    List<Row> rows = frame(runs).select(columns.toArray(Column[]::new)).collectAsList();
    assertThat(rows).hasSameSizeAs(runs);
    for (int i = 0; i < filters.size(); i++) {
      Set<String> found = new TreeSet<>();
      for (Row row : rows) {
        if (row.getBoolean(i + 1)) {
          found.add(row.getString(0));
        }
      }
      assertThat(found).as(filters.get(i).toString()).isEqualTo(inMemory(runs, filters.get(i)));
    }
  }

  /**
   * The property above would hold of filters that never do. An edge case is one filter 400 times.
   */
  @Property(tries = 1, edgeCases = EdgeCasesMode.NONE)
  void theFiltersHoldForSomeRunsAndNotForOthers(
      @ForAll("runs") List<RunRow> runs, @ForAll("filters") @Size(400) List<Filter> filters) {
    long some =
        filters.stream()
            .map(filter -> inMemory(runs, filter).size())
            .filter(found -> found > 0 && found < runs.size())
            .count();
    assertThat(some).isGreaterThan(60);
  }

  @Property(tries = 6, shrinking = ShrinkingMode.OFF)
  void theColumnsOfAnOrderSortAndCutAlike(
      @ForAll("runs") List<RunRow> runs,
      @ForAll("orders") List<Item> items,
      @ForAll Random random) {
    Order order = withTies(items);
    int size = 1 + random.nextInt(IDS.size() / 2);
    Filter all = new Filter(List.of());
    Dataset<Row> frame = frame(runs);
    List<String> sorted = ids(frame, order, runs.size());
    Search<RunRow> whole = new Search<>("s", all, order, runs.size(), Optional.empty());
    assertThat(sorted).isEqualTo(ids(whole.page(runs, RunSearchParts::facts)));

    Optional<String> token = Optional.empty();
    do {
      Search<RunRow> search = new Search<>("s", all, order, size, token);
      Page<RunRow> page = search.page(runs, RunSearchParts::facts);
      Dataset<Row> later =
          search.after().map(place -> frame.filter(OrderColumns.after(order, place))).orElse(frame);
      List<String> found = ids(later, order, size);
      assertThat(found).as(order + " after " + search.after()).isEqualTo(ids(page));
      token = page.nextPageToken();
    } while (token.isPresent());
  }

  private static List<String> ids(Page<RunRow> page) {
    return page.items().stream().map(row -> row.runId().value()).toList();
  }

  private static List<String> ids(Dataset<Row> frame, Order order, int most) {
    return OrderColumns.first(frame, order, most).stream().map(RunKey::id).toList();
  }

  private static Dataset<Row> frame(List<RunRow> runs) {
    return RunFrames.of(TestSpark.session(), runs, 1).repartition(2);
  }

  private static Set<String> inMemory(List<RunRow> runs, Filter filter) {
    Set<String> found = new TreeSet<>();
    for (RunRow run : runs) {
      Facts facts = RunSearchParts.facts(run);
      if (filter.matches(facts)) {
        found.add(run.runId().value());
      }
    }
    return found;
  }

  private static Order withTies(List<Item> items) {
    List<Item> all = new ArrayList<>(items);
    for (Item tie : RunSearchParts.TIES) {
      if (items.stream().noneMatch(item -> item.field().equals(tie.field()))) {
        all.add(tie);
      }
    }
    return new Order(all);
  }

  @Provide
  Arbitrary<List<Filter>> filters() {
    return conditions().list().ofMinSize(0).ofMaxSize(3).map(Filter::new).list();
  }

  private static Arbitrary<Condition> conditions() {
    Arbitrary<Double> numbers =
        Arbitraries.oneOf(
            Arbitraries.of(DOUBLES),
            Arbitraries.of(MILLIS).map(Long::doubleValue),
            Arbitraries.of(MILLIS).map(millis -> millis + 0.5),
            Arbitraries.doubles());
    Arbitrary<String> words =
        Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.of(WORDS)),
            Tuple.of(1, Arbitraries.of(UNSTORABLE)),
            Tuple.of(1, Arbitraries.strings().ofMaxLength(4)));
    Arbitrary<String> patterns =
        Arbitraries.oneOf(
            words,
            Arbitraries.of(
                "%", "_", "%a%", "a%", "%b", "a_b", "%\\%", "_%_", "ä", "σας", "i̇", "%ß"),
            Arbitraries.of('a', 'B', '%', '_', '\\', 'ä', 'Σ').list().ofMaxSize(5).map(joined()));
    return Arbitraries.oneOf(
        Combinators.combine(Arbitraries.oneOf(metrics(), times()), comparisons(), numbers)
            .as(Condition.Number::new),
        Combinators.combine(texts(), Arbitraries.of(true, false), words).as(Condition.Text::new),
        Combinators.combine(texts(), patterns, Arbitraries.of(true, false)).as(Condition.Like::new),
        Combinators.combine(
                texts(),
                Arbitraries.of(true, false),
                Arbitraries.oneOf(words, Arbitraries.of(IDS)).set().ofMinSize(1).ofMaxSize(6))
            .as(Condition.In::new));
  }

  private static java.util.function.Function<List<Character>, String> joined() {
    return letters -> {
      StringBuilder text = new StringBuilder();
      letters.forEach(text::append);
      return text.toString();
    };
  }

  private static Arbitrary<Comparison> comparisons() {
    return Arbitraries.of(Comparison.class);
  }

  private static Arbitrary<Field> metrics() {
    return keys().map(key -> new Field(Entity.METRIC, key));
  }

  private static Arbitrary<Field> times() {
    return Arbitraries.of("start_time", "end_time").map(key -> new Field(Entity.ATTRIBUTE, key));
  }

  private static Arbitrary<Field> texts() {
    return Arbitraries.oneOf(
        keys().map(key -> new Field(Entity.PARAM, key)),
        keys().map(key -> new Field(Entity.TAG, key)),
        Arbitraries.of("run_id", "run_name", "user_id", "status", "artifact_uri")
            .map(key -> new Field(Entity.ATTRIBUTE, key)),
        Arbitraries.of("name", "digest", "context").map(key -> new Field(Entity.DATASET, key)));
  }

  private static Arbitrary<String> keys() {
    return Arbitraries.frequencyOf(
        Tuple.of(30, Arbitraries.of(KEYS)), Tuple.of(1, Arbitraries.of(UNSTORABLE)));
  }

  @Provide
  Arbitrary<List<Item>> orders() {
    Arbitrary<Item> numbers =
        Combinators.combine(Arbitraries.oneOf(metrics(), times()), Arbitraries.of(true, false))
            .as((field, descending) -> new Item(field, true, descending));
    Arbitrary<Field> sortable = texts().filter(field -> field.entity() != Entity.DATASET);
    Arbitrary<Item> byText =
        Combinators.combine(sortable, Arbitraries.of(true, false))
            .as((field, descending) -> new Item(field, false, descending));
    return Arbitraries.oneOf(numbers, byText)
        .list()
        .ofMaxSize(3)
        .filter(items -> items.stream().map(Item::field).distinct().count() == items.size());
  }

  /** A run for each of the ids, so that every order has its ties. */
  @Provide
  Arbitrary<List<RunRow>> runs() {
    return Arbitraries.randomValue(
        random -> {
          List<RunRow> runs = new ArrayList<>();
          for (String id : IDS) {
            runs.add(run(new RunId(id), random));
          }
          Collections.shuffle(runs, random);
          return runs;
        });
  }

  private static RunRow run(RunId id, Random random) {
    Map<String, Stamp> params = new HashMap<>();
    Map<String, Stamp> tags = new HashMap<>();
    Map<String, MetricValue> metrics = new HashMap<>();
    Map<String, RunInput> inputs = new HashMap<>();
    for (String key : KEYS) {
      if (random.nextInt(3) > 0) {
        params.put(key, Stamp.of(1, any(WORDS, random)));
      }
      if (random.nextInt(3) > 0) {
        tags.put(key, new Stamp(1, maybe(any(WORDS, random), random)));
      }
      if (random.nextInt(3) > 0) {
        metrics.put(key, new MetricValue(0, any(MILLIS, random), any(DOUBLES, random)));
      }
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      DatasetRef dataset =
          new DatasetRef(
              "delta",
              any(WORDS, random),
              Optional.empty(),
              maybe(any(WORDS, random), random),
              maybe(any(WORDS, random), random),
              Optional.empty());
      inputs.put(dataset.key(), new RunInput(1, dataset));
    }
    RunRow row =
        RunRow.of(id, new ExperimentId("1"))
            .withParams(params)
            .withTags(tags)
            .withMetrics(metrics)
            .withInputs(inputs);
    if (random.nextInt(4) > 0) {
      row =
          row.withOrigin(
              new RunOrigin(
                  any(WORDS, random), any(WORDS, random), instant(random), any(WORDS, random)));
    }
    if (random.nextInt(4) > 0) {
      RunStatus status = RunStatus.values()[random.nextInt(RunStatus.values().length)];
      row =
          row.withStatus(
              new StatusChange(0, 0, 1, status, maybe(instant(random), random), Optional.empty()));
    }
    return random.nextInt(4) > 0
        ? row.withName(new Stamp(1, maybe(any(WORDS, random), random)))
        : row;
  }

  /** Also of other writers, who count microseconds. */
  private static Instant instant(Random random) {
    Instant instant = Instant.ofEpochMilli(any(MILLIS, random));
    return random.nextBoolean() ? instant : instant.plusNanos(999_000);
  }

  private static <T> T any(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }

  private static <T> Optional<T> maybe(T value, Random random) {
    return random.nextInt(4) > 0 ? Optional.of(value) : Optional.empty();
  }
}
