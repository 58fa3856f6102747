package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.store.ExperimentId;
import io.runlake.store.MemoryStore;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Pages of a search while others write: what nobody touches comes once, in MLflow's order. */
class PagingTest {
  private static final ExperimentId EXPERIMENT = new ExperimentId("1");
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  /** What a run is ordered by; no value is a run without the metric. */
  private record Known(String id, long start, Optional<Double> value) {}

  @Property(tries = 200)
  void whatNobodyTouchesComesOnceWhateverOthersWrite(
      @ForAll Random random,
      @ForAll @IntRange(min = 1, max = 40) int runs,
      @ForAll @IntRange(min = 1, max = 9) int size,
      @ForAll boolean descending) {
    Store store = new MemoryStore("paging");
    Map<String, Known> untouched = new HashMap<>();
    Set<String> touched = new HashSet<>();
    for (int i = 0; i < runs; i++) {
      Known run = write(store, random);
      untouched.put(run.id(), run);
    }
    List<String> found = new ArrayList<>();
    try (Runlake runlake = Runlake.over(store)) {
      RunQuery query =
          RunQuery.all()
              .withOrderBy("metrics.m" + (descending ? " DESC" : " ASC"))
              .withMaxResults(size);
      Optional<String> next = Optional.empty();
      int pages = 0;
      do {
        RunPage page = runlake.searchRuns(next.map(query::withPageToken).orElse(query));
        assertThat(page.runs()).hasSizeLessThanOrEqualTo(size);
        page.runs().forEach(run -> found.add(run.id().value()));
        next = page.nextPageToken();
        disturb(store, random, untouched, touched);
        assertThat(++pages).isLessThan(1000);
      } while (next.isPresent());
    }
    List<String> expected =
        untouched.values().stream().sorted(order(descending)).map(Known::id).toList();
    assertThat(found.stream().filter(untouched::containsKey)).containsExactlyElementsOf(expected);
  }

  /** MLflow's order: numbers, NaN, none, whichever way; then the latest start, then the id. */
  private static Comparator<Known> order(boolean descending) {
    Comparator<Double> numbers = descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
    return Comparator.<Known, Integer>comparing(
            run -> run.value().isEmpty() ? 2 : run.value().get().isNaN() ? 1 : 0)
        .thenComparing(run -> run.value().filter(value -> !value.isNaN()).orElse(0.0), numbers)
        .thenComparing(Known::start, Comparator.reverseOrder())
        .thenComparing(Known::id);
  }

  /** Others start runs and change some that there are. */
  private static void disturb(
      Store store, Random random, Map<String, Known> untouched, Set<String> touched) {
    if (random.nextBoolean()) {
      touched.add(write(store, random).id());
    }
    if (untouched.size() > 1 && random.nextInt(3) == 0) {
      String id = untouched.keySet().stream().sorted().skip(random.nextInt(2)).findFirst().get();
      untouched.remove(id);
      touched.add(id);
      RunRow change = RunRow.of(new RunId(id), EXPERIMENT);
      append(
          store,
          random.nextBoolean()
              ? change.withMetrics(Map.of("m", new MetricValue(1, 1, random.nextInt(4))))
              : change.withLifecycle(Stamp.of(1, RunRow.DELETED)));
    }
  }

  private static Known write(Store store, Random random) {
    Instant start = NOW.plusSeconds(random.nextInt(3));
    RunId id = RunId.newId(start);
    RunRow row =
        RunRow.of(id, EXPERIMENT).withOrigin(new RunOrigin("u", "s", start, "file:/a/" + id));
    Optional<Double> value =
        switch (random.nextInt(6)) {
          case 0 -> Optional.empty();
          case 1 -> Optional.of(Double.NaN);
          case 2 -> Optional.of(Double.NEGATIVE_INFINITY);
          default -> Optional.of((double) random.nextInt(3));
        };
    append(
        store, value.map(m -> row.withMetrics(Map.of("m", new MetricValue(0, 1, m)))).orElse(row));
    return new Known(id.value(), start.toEpochMilli(), value);
  }

  private static void append(Store store, RunRow row) {
    store.runs().append(RunBatch.of(row)).join();
  }
}
