package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.MemoryStore;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Input that is odd and legal: what becomes of it is defined. */
class OddInputTest {
  /** A search takes its filter apart within this. */
  private static final Duration PARSE_BUDGET = Duration.ofMillis(100);

  @TempDir Path folder;
  private Store store;
  private Runlake runlake;

  Store newStore(Path root) {
    return new MemoryStore("test");
  }

  /** Whether {@link #reopened()} reads it from files alone. */
  Store reopened() {
    return store;
  }

  @BeforeEach
  void open() {
    store = newStore(folder.resolve("root"));
    runlake = Runlake.over(store);
  }

  @AfterEach
  void close() {
    runlake.close();
    store.close();
  }

  /** F1: every double is kept to its last bit; the latest value holds 0.0 for −0.0. */
  @Test
  void everyDoubleIsReadBackBitEqual() {
    Map<String, Double> values = new TreeMap<>();
    values.put("nan", Double.NaN);
    values.put("plus infinity", Double.POSITIVE_INFINITY);
    values.put("minus infinity", Double.NEGATIVE_INFINITY);
    values.put("minus zero", -0.0);
    values.put("smallest", Double.MIN_VALUE);
    values.put("smallest normal", Double.MIN_NORMAL);
    values.put("greatest", Double.MAX_VALUE);
    values.put("third", 1.0 / 3);
    ActiveRun run = runlake.startRun("e");
    run.logMetrics(values, 7);
    run.endRun();

    try (Store again = reopened();
        Runlake fresh = Runlake.over(again)) {
      Run read = fresh.getRun(run.id()).orElseThrow();
      assertThat(read.metrics()).hasSize(values.size());
      values.forEach(
          (key, value) -> {
            List<MetricPoint> history = fresh.metricHistory(run.id(), key);
            assertThat(history).as(key).hasSize(1);
            assertThat(bits(history.get(0).value().value())).as(key).isEqualTo(bits(value));
            assertThat(bits(read.metric(key).orElseThrow())).as(key).isEqualTo(bits(value + 0.0));
          });
    }
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  /** F1: NaN is last in both directions, and no comparison but {@code !=} finds it. */
  @Test
  void orderAndFilterOfOddValuesAreDefined() {
    double[] values = {Double.NaN, 1, Double.NEGATIVE_INFINITY, -0.0, Double.POSITIVE_INFINITY};
    for (double value : values) {
      try (ActiveRun run = runlake.startRun(RunSpec.of("e").withName(Double.toString(value)))) {
        run.logMetric("m", value);
        run.endRun();
      }
    }
    try (ActiveRun run = runlake.startRun(RunSpec.of("e").withName("none"))) {
      run.endRun();
    }
    assertThat(names(RunQuery.all().withOrderBy("metrics.m")))
        .containsExactly("-Infinity", "-0.0", "1.0", "Infinity", "NaN", "none");
    assertThat(names(RunQuery.all().withOrderBy("metrics.m DESC")))
        .containsExactly("Infinity", "1.0", "-0.0", "-Infinity", "NaN", "none");
    assertThat(found("metrics.m < 1")).containsExactlyInAnyOrder("-Infinity", "-0.0");
    assertThat(found("metrics.m >= 0")).containsExactlyInAnyOrder("-0.0", "1.0", "Infinity");
    assertThat(found("metrics.m = 0")).containsExactly("-0.0");
    assertThat(found("metrics.m != 1"))
        .containsExactlyInAnyOrder("-Infinity", "-0.0", "Infinity", "NaN");
    assertThat(found("metrics.m = 1e999")).containsExactly("Infinity");
  }

  private List<String> found(String filter) {
    return names(RunQuery.all().withFilter(filter));
  }

  private List<String> names(RunQuery query) {
    return runlake.searchRuns(query).runs().stream().map(Run::name).toList();
  }

  /** F4: what is too long is cut and says so; the keys beside it are kept. */
  @Test
  void longValuesAreCutWithAMark() {
    ActiveRun run = runlake.startRun("e");
    run.logParams(Map.of("long", "x".repeat(6001), "fits", "x".repeat(6000), "huge", mb()));
    run.setTags(Map.of("long", "x".repeat(8001), "fits", "x".repeat(8000), "huge", mb()));
    run.endRun();
    Run read = runlake.getRun(run.id()).orElseThrow();
    assertThat(read.params().get("long")).hasSize(6000).endsWith("x...");
    assertThat(read.params().get("fits")).isEqualTo("x".repeat(6000));
    assertThat(read.params().get("huge")).hasSize(6000).endsWith("y...");
    assertThat(read.tags().get("long")).hasSize(8000).endsWith("x...");
    assertThat(read.tags().get("fits")).isEqualTo("x".repeat(8000));
    assertThat(read.tags().get("huge")).hasSize(8000).endsWith("y...");
  }

  private static String mb() {
    return "y".repeat(1_000_001);
  }

  /** F4: what MLflow takes in one request is taken in one call. */
  @Test
  void theGreatestCallIsTaken() {
    Map<String, Double> metrics = new TreeMap<>();
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < 1000; i++) {
      metrics.put("m" + i, (double) i);
      if (i < 100) {
        texts.put("k" + i, "x".repeat(6000));
      }
    }
    ActiveRun run = runlake.startRun("e");
    run.logMetrics(metrics);
    run.logParams(texts);
    run.setTags(texts);
    run.endRun();
    Run read = runlake.getRun(run.id()).orElseThrow();
    assertThat(read.metrics()).hasSize(1000);
    assertThat(read.params()).isEqualTo(texts);
    assertThat(read.tags()).containsAllEntriesOf(texts);
  }

  /** F5: odd steps and times are kept; a point that comes again counts once. */
  @Test
  void stepsAndTimesAreKeptAndAPointCountsOnce() {
    Instant last = Instant.parse("9999-12-31T23:59:59.999Z");
    List<MetricValue> sent =
        List.of(
            new MetricValue(Long.MIN_VALUE, 0, 1),
            new MetricValue(-1, 0, 2),
            new MetricValue(0, 0, 3),
            new MetricValue(0, 0, 4),
            new MetricValue(0, last.toEpochMilli(), 5),
            new MetricValue(Long.MAX_VALUE, 1, 6));
    ActiveRun run = runlake.startRun("e");
    for (int delivery = 0; delivery < 3; delivery++) {
      for (MetricValue value : sent) {
        run.logMetric("m", value.value(), value.step(), Instant.ofEpochMilli(value.timestamp()));
      }
      run.flush();
    }
    run.endRun();
    assertThat(runlake.metricHistory(run.id(), "m"))
        .extracting(MetricPoint::value)
        .containsExactlyElementsOf(sent);
    Run read = runlake.getRun(run.id()).orElseThrow();
    assertThat(read.metrics().get("m")).isEqualTo(sent.get(sent.size() - 1));
  }

  /** F6: the same end again is nothing, and the run is as it was. */
  @Test
  void theSameEndAgainChangesNothing() {
    for (RunStatus status : List.of(RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)) {
      ActiveRun run = runlake.startRun("e");
      run.endRun(status);
      Run first = runlake.getRun(run.id()).orElseThrow();
      long writes = store.counters().accepted();
      run.endRun(status);
      run.fail(new IllegalStateException("after the end"));
      run.close();
      assertThat(runlake.getRun(run.id())).contains(first);
      assertThat(first.status()).isEqualTo(status);
      assertThat(store.counters().accepted()).isEqualTo(writes);
    }
  }

  /** F6: an experiment goes when its runs have ended, and comes back with all of them. */
  @Test
  void anExperimentIsDeletedWhenItsRunsHaveEnded() {
    ActiveRun run = runlake.startRun("e");
    run.logMetric("m", 1);
    run.endRun();
    runlake.deleteExperiment(run.experimentId());
    assertThat(runlake.experiments()).isEmpty();
    runlake.restoreExperiment(run.experimentId());
    assertThat(runlake.metricHistory(run.id(), "m")).hasSize(1);
  }

  /** F6: a run whose program died holds its experiment no longer than its lease. */
  @Test
  void aDeadRunDoesNotHoldItsExperiment() {
    ActiveRun run = runlake.startRun("e");
    run.flush();
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(11));
    try (Runlake other = Runlake.over(store, RunlakeOptions.defaults().withClock(later))) {
      other.deleteExperiment(run.experimentId());
    }
    assertThat(runlake.findExperiment(run.experimentId()).orElseThrow().deleted()).isTrue();
  }

  /** F7: a value is data, whatever it looks like. */
  @Test
  void hostileValuesAreFoundAsTheyAre() {
    List<String> hostile =
        List.of(
            "'; DROP TABLE runs; --",
            "x\" OR \"1\"=\"1",
            "100%_\\",
            "\\u0027 OR 1=1",
            "`t`",
            "${jndi:ldap://x}",
            "new\nline",
            "\uD83D\uDE00");
    List<RunId> runs = new ArrayList<>();
    for (String value : hostile) {
      try (ActiveRun run = runlake.startRun("e")) {
        run.setTag("t", value);
        run.endRun();
        runs.add(run.id());
      }
    }
    for (int i = 0; i < hostile.size(); i++) {
      char quote = hostile.get(i).indexOf('\'') < 0 ? '\'' : '"';
      RunQuery query = RunQuery.all().withFilter("tags.t = " + quote + hostile.get(i) + quote);
      assertThat(runlake.searchRuns(query).runs())
          .as(hostile.get(i))
          .extracting(Run::id)
          .containsExactly(runs.get(i));
    }
    assertThat(found("tags.t = '\\u0060t\\u0060'")).as("no escape is read").isEmpty();
    assertThat(found("tags.t LIKE '%%%'")).hasSize(hostile.size());
  }

  /** F7: the longest filters that are read are taken apart within the budget, as are patterns. */
  @Test
  void hostileFiltersAreQuick() {
    ActiveRun run = runlake.startRun("e");
    run.setTag("t", "a".repeat(8000));
    run.endRun();
    List<String> filters =
        List.of(
            "metrics.m > 1 AND ".repeat(5500) + "metrics.m > 1",
            "run_id IN (" + "'a',".repeat(20_000) + "'b')",
            "tags.`" + "k".repeat(90_000) + "` = 'x'",
            "metrics.m > " + "9".repeat(90_000),
            "tags.t LIKE '" + "%".repeat(90_000) + "b'",
            "tags.t LIKE '" + "%a".repeat(3000) + "%b'",
            "tags.t ILIKE '" + "%_".repeat(3900) + "b'");
    for (String filter : filters) {
      Duration best = Duration.ofDays(1);
      for (int attempt = 0; attempt < 10 && best.compareTo(PARSE_BUDGET) > 0; attempt++) {
        long start = System.nanoTime();
        assertThat(matches(filter)).isFalse();
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        best = taken.compareTo(best) < 0 ? taken : best;
      }
      assertThat(best).as(filter.substring(0, 40)).isLessThan(PARSE_BUDGET);
    }
  }

  /** Over an experiment that has the one run, in memory, so that it is the filter that is timed. */
  private boolean matches(String filter) {
    return !runlake.searchRuns(RunQuery.ofExperiments("e").withFilter(filter)).runs().isEmpty();
  }
}
