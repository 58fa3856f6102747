package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.search.FilterException;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunStatus;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunPage;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.ViewType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A search finds the same, with the same page tokens, by Spark and without. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchRouteTest {
  private static final int RUNS = 90;
  private static final String FROM = AutologSetting.SEARCH_FROM.key();

  @TempDir static Path dir;
  private final SparkSession spark = TestSpark.session();
  private final Random random = new Random(7);
  private final List<ExperimentId> experiments = new ArrayList<>();
  private Runlake runlake;

  @BeforeAll
  void fill() {
    runlake = Runlake.open("delta:" + dir.resolve("store"));
    for (String name : List.of("one", "two", "gone")) {
      experiments.add(runlake.experiment(name).id());
    }
    List<RunRow> changes = new ArrayList<>();
    List<RunRow> settled = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      RunId id = RunId.newId(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i * 100_000L));
      List<RunRow> rows = new ArrayList<>();
      for (int change = 0; change <= random.nextInt(4); change++) {
        rows.add(change(id, experiments.get(i % 3), change == 0));
      }
      // A third is settled, a third was changed after it was, a third never was.
      int cut = i % 3 == 0 ? rows.size() : i % 3 == 1 ? rows.size() / 2 : 0;
      rows.subList(0, cut).stream().reduce(RunRow::merge).ifPresent(settled::add);
      changes.addAll(rows.subList(cut, rows.size()));
    }
    runlake.store().runs().append(new RunBatch(List.of(), changes)).join();
    RunFrames.of(spark, settled, 1)
        .write()
        .format("delta")
        .mode("append")
        .save(dir.resolve("store/runs").toString());
    runlake.deleteExperiment(experiments.get(2));
  }

  @AfterAll
  void close() {
    runlake.close();
  }

  @AfterEach
  void unset() {
    spark.conf().unset(FROM);
  }

  private RunRow change(RunId id, ExperimentId experiment, boolean first) {
    Map<String, Stamp> params = new HashMap<>();
    Map<String, Stamp> tags = new HashMap<>();
    Map<String, MetricValue> metrics = new HashMap<>();
    for (String key : List.of("a", "b c", "'q'")) {
      long at = random.nextInt(5);
      if (random.nextBoolean()) {
        params.put(key, Stamp.of(at, "v" + random.nextInt(3)));
        tags.put(key, new Stamp(at, random.nextInt(3) == 0 ? Optional.empty() : Optional.of("T")));
      }
      if (random.nextBoolean()) {
        double value = random.nextInt(6) == 0 ? Double.NaN : random.nextInt(8) / 4.0;
        metrics.put(key, new MetricValue(random.nextInt(3), at, value));
      }
    }
    RunRow row = RunRow.of(id, experiment).withParams(params).withTags(tags).withMetrics(metrics);
    if (random.nextInt(8) == 0) {
      row = row.withLifecycle(Stamp.of(random.nextInt(9), "deleted"));
    }
    Instant start = Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt(3));
    return first
        ? row.withOrigin(new RunOrigin("u" + random.nextInt(2), "s", start, "file:/a"))
            .withStatus(StatusChange.running(1))
        : row.withStatus(
                new StatusChange(
                    0, 2, 3, RunStatus.FINISHED, Optional.of(start), Optional.of("done")))
            .withName(Stamp.of(1, "n" + random.nextInt(4)));
  }

  @Test
  void bothRoutesFindTheSameRunsInTheSameOrderWithTheSameTokens() {
    List<RunQuery> queries =
        List.of(
            RunQuery.all(),
            RunQuery.all().withView(ViewType.ALL).withOrderBy("metrics.a DESC", "params.`b c`"),
            RunQuery.all().withView(ViewType.DELETED_ONLY),
            RunQuery.ofExperiments("one", "two").withFilter("metrics.a > 0.5").withMaxResults(20),
            RunQuery.ofExperiments("two").withFilter("tags.a = 'T' AND params.a != 'v1'"),
            RunQuery.all().withOrderBy("metrics.a", "run_name", "end_time DESC").withMaxResults(40),
            RunQuery.all()
                .withFilter("status = 'FINISHED' AND run_name LIKE 'n_'")
                .withMaxResults(15),
            RunQuery.all()
                .withFilter("params.\"'q'\" ILIKE 'V%' AND start_time >= 1700000000001")
                .withOrderBy("tags.a DESC")
                .withMaxResults(6)
                .withColumns("params.a", "metrics"),
            RunQuery.all().withFilter("params.a = 'no such'"));
    for (RunQuery query : queries) {
      List<RunPage> here = pages(query, "1t", 0);
      List<RunPage> bySpark = pages(query, "0b", 1);
      assertThat(bySpark).as(query.toString()).isEqualTo(here);
      long found = here.stream().mapToLong(page -> page.runs().size()).sum();
      assertThat(by("1t", 0, () -> runlake.countRuns(query))).isEqualTo(found);
      assertThat(by("0b", 1, () -> runlake.countRuns(query))).isEqualTo(found);
    }
    List<Run> all = pages(RunQuery.all().withView(ViewType.ALL), "0b", 1).get(0).runs();
    assertThat(all).hasSize(RUNS);
    assertThat(all).anyMatch(run -> run.metrics().isEmpty()).anyMatch(run -> !run.tags().isEmpty());
  }

  /** All pages of a query, one after the other. */
  private List<RunPage> pages(RunQuery query, String from, int leastJobs) {
    List<RunPage> pages = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      RunQuery next = token.map(query::withPageToken).orElse(query);
      RunPage page = by(from, leastJobs, () -> runlake.searchRuns(next));
      pages.add(page);
      token = page.nextPageToken();
    } while (token.isPresent());
    return pages;
  }

  private <T> T by(String from, int leastJobs, Supplier<T> search) {
    spark.conf().set(FROM, from);
    List<T> found = new ArrayList<>();
    int jobs = JobCount.of(spark.sparkContext(), () -> found.add(search.get()));
    assertThat(jobs > 0).as("%d jobs from %s on", jobs, from).isEqualTo(leastJobs > 0);
    return found.get(0);
  }

  @Test
  void aTokenOfAnotherSearchIsRefusedByBoth() {
    RunQuery query = RunQuery.all().withMaxResults(3);
    String token = runlake.searchRuns(query).nextPageToken().orElseThrow();
    for (String from : List.of("0b", "1t")) {
      spark.conf().set(FROM, from);
      assertThatThrownBy(
              () -> runlake.searchRuns(query.withFilter("params.a = 'v1'").withPageToken(token)))
          .isInstanceOf(FilterException.class)
          .hasMessageContaining("belongs to a search with another filter");
    }
  }

  @Test
  void aSettingThatIsNoSizeIsTheDefaultAndSmallStoresRunNoJob() {
    spark.conf().set(FROM, "many");
    assertThat(JobCount.of(spark.sparkContext(), () -> runlake.searchRuns(RunQuery.all())))
        .isZero();
  }
}
