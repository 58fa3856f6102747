package io.runlake.benchmarks;

import io.runlake.store.ExperimentId;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.StatusChange;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunPage;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Writes runs with ten params and ten metrics and pages through all of them by a metric, without
 * Spark: {@code ScaleProgram <root> <runs> <page>}. Prints one JSON object; fails if a run is
 * missed, comes twice or out of order.
 */
public final class ScaleProgram {
  private static final int KEYS = 10;
  private static final int BATCH = 1000;

  private ScaleProgram() {}

  /** Runs it. */
  public static void main(String[] args) {
    int runs = Integer.parseInt(args[1]);
    int size = Integer.parseInt(args[2]);
    try (Runlake runlake = Runlake.open("delta:" + args[0])) {
      ExperimentId experiment = runlake.experiment("scale").id();
      long begun = System.nanoTime();
      write(runlake, experiment, runs);
      double wrote = seconds(begun);
      begun = System.nanoTime();
      int pages = pageThrough(runlake, runs, size);
      System.out.printf(
          Locale.ROOT,
          "{\"name\":\"search-scale\",\"runs\":%d,\"pages\":%d,\"write_seconds\":%.1f,"
              + "\"page_seconds\":%.1f,\"seconds_per_page\":%.3f,\"heap_limit_mib\":%d,"
              + "\"heap_peak_mib\":%d}%n",
          runs,
          pages,
          wrote,
          seconds(begun),
          seconds(begun) / pages,
          Runtime.getRuntime().maxMemory() >> 20,
          peak() >> 20);
    }
  }

  private static double seconds(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private static void write(Runlake runlake, ExperimentId experiment, int runs) {
    Random random = new Random(1);
    List<RunRow> rows = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      rows.add(row(experiment, Instant.ofEpochMilli(1_760_000_000_000L + i * 1000L), random));
      if (rows.size() == BATCH || i == runs - 1) {
        runlake.store().runs().append(new RunBatch(List.of(), rows)).join();
        rows = new ArrayList<>();
      }
    }
  }

  private static RunRow row(ExperimentId experiment, Instant start, Random random) {
    long at = start.toEpochMilli();
    Map<String, Stamp> params = new HashMap<>();
    Map<String, MetricValue> metrics = new HashMap<>();
    for (int key = 0; key < KEYS; key++) {
      params.put("param" + key, Stamp.of(at, Integer.toString(random.nextInt(20))));
      metrics.put("metric" + key, new MetricValue(0, at, random.nextInt(5000) / 5000.0));
    }
    return RunRow.of(RunId.newId(start), experiment)
        .withOrigin(new RunOrigin("someone", "train.jar", start, "file:/lake/artifacts"))
        .withStatus(StatusChange.running(at))
        .withName(Stamp.of(at, "calm-otter"))
        .withParams(params)
        .withMetrics(metrics);
  }

  private static int pageThrough(Runlake runlake, int runs, int size) {
    RunQuery query = RunQuery.all().withOrderBy("metrics.metric0 DESC").withMaxResults(size);
    Set<RunId> seen = new HashSet<>();
    double last = Double.POSITIVE_INFINITY;
    int pages = 0;
    Optional<String> token = Optional.empty();
    do {
      RunPage page = runlake.searchRuns(token.map(query::withPageToken).orElse(query));
      for (Run run : page.runs()) {
        double value = run.metric("metric0").orElseThrow();
        if (!seen.add(run.id()) || value > last) {
          throw new IllegalStateException("Run " + run.id() + " comes twice or out of order.");
        }
        last = value;
      }
      token = page.nextPageToken();
      pages++;
    } while (token.isPresent());
    if (seen.size() != runs) {
      throw new IllegalStateException(seen.size() + " of " + runs + " runs were found.");
    }
    return pages;
  }

  /** The greatest use of the heap's pools, each by itself, so at most too much. */
  private static long peak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(usage -> usage.getUsed())
        .sum();
  }
}
